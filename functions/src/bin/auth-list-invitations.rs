//! `GET /auth/invitations`: who was invited into the caller's account and has yet to join.

use roster_functions::{api::auth::list_invitations::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
