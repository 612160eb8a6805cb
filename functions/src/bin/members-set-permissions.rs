//! `POST /api/v2/users/{id}/perms`: sets permissions of a member.

use roster_functions::{api::members::set_permissions::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
