//! `PUT` and `PATCH /api/v2/users/{id}`: changes a member.

use roster_functions::{api::members::update::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
