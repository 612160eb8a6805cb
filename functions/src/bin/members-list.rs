//! `GET /api/v2/users`: the members of the caller's account, oldest first.

use roster_functions::{api::members::list::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
