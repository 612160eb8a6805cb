//! `POST /user/get`: the caller, or for an admin anyone of the account.

use roster_functions::{api::directory::get::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
