//! `POST /user/update`: changes the caller, or for an admin anyone of the account.

use roster_functions::{api::directory::update::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
