//! `POST /user/login`: logs in, shows a token's user, or registers.

use roster_functions::{api::directory::login::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
