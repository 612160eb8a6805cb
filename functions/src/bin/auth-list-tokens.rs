//! `GET /auth/tokens`: lists the caller's tokens.

use roster_functions::{api::auth::list_tokens::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
