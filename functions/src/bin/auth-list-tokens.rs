//! `GET /auth/tokens`: the tokens of the caller that work.

use roster_functions::{api::auth::list_tokens::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
