//! `GET /v2/user`: the caller's profile.

use roster_functions::{api::profile::get::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
