//! `GET /auth/tokens`: the members of the caller's account, oldest first.

use roster_functions::{api::auth::list_tokens::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
