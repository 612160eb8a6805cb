//! `DELETE /auth/account`: closes the account, for good.

use roster_functions::{api::auth::close_account::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
