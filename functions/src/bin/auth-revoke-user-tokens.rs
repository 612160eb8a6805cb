//! `DELETE /auth/users/{id}/tokens`: stops all tokens of a user.

use roster_functions::{api::auth::revoke_user_tokens::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
