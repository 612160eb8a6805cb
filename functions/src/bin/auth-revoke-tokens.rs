//! `DELETE /auth/tokens`: stops all of the caller's tokens but the one that is presented.

use roster_functions::{api::auth::revoke_tokens::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
