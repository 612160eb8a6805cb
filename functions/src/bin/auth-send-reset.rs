//! `POST /auth/users/{id}/password-reset`: mails a user a code to choose a new password with.

use roster_functions::{api::auth::send_reset::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
