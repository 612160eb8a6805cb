//! `PUT /v2/user`: changes the caller's profile.

use roster_functions::{api::profile::update::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
