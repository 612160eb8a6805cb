//! `PUT /auth/password`: changes the caller's password.

use roster_functions::{api::auth::change_password::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
