//! `POST /api/v2/users/{id}/deactivate`: takes a member's access away, at once.

use roster_functions::{api::members::deactivate::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
