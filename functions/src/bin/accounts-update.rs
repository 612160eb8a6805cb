//! `PUT /rest/users/{username}`: changes the caller's own email.

use roster_functions::{api::accounts::update::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
