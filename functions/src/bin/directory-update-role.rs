//! `POST /user/updateRole`: gives a user another role.

use roster_functions::{api::directory::update_role::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
