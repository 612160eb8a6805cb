//! `GET /api/v2/users/{id}`: one member of the caller's account.

use roster_functions::{api::members::get::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
