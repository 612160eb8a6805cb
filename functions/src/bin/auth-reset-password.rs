//! `POST /auth/password/reset`: chooses a new password with the code of a mail.

use roster_functions::{api::auth::reset_password::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
