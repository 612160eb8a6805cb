//! `DELETE /auth/me`: removes the caller.

use roster_functions::{api::auth::remove_me::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
