//! `DELETE /auth/tokens/{id}`: stops one of the caller's tokens; `current` logs out.

use roster_functions::{api::auth::revoke_token::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
