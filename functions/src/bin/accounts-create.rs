//! `POST /rest/users`: signs up.

use roster_functions::{api::accounts::create::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
