//! `POST /auth/email/undo`: takes back a change of address.

use roster_functions::{api::auth::undo_email::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
