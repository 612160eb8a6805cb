//! `GET /reset`: the page where people choose a new password.

use roster_functions::{api::pages::reset::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
