//! `POST /api/v2/users`: invites somebody by email into the caller's account, as a user.

use roster_functions::{api::members::invite::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
