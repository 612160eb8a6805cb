//! `POST /auth/tokens`: makes a token with a name, for a program.

use roster_functions::{api::auth::create_token::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
