//! `PUT /v2/user`: changes the caller's profile.

use roster_functions::{profile::update::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
