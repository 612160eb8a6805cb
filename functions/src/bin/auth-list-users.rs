//! `GET /auth/users`: the users of the caller's account, with all that those who manage them need.

use roster_functions::{api::auth::list_users::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
