//! `GET /rest/users/{username}`: the caller's own account information.

use roster_functions::{api::accounts::get::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
