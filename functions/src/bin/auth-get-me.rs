//! `GET /auth/me`: all that is stored about the caller, secrets aside.

use roster_functions::{api::auth::get_me::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
