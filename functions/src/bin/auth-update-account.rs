//! `PATCH /auth/account`: renames the account.

use roster_functions::{api::auth::update_account::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
