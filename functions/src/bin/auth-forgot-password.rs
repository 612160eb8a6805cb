//! `POST /auth/password/forgot`: says that a password is forgotten.

use roster_functions::{api::auth::forgot_password::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
