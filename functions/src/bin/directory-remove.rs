//! `POST /user/remove`: removes a user with all that there is of them.

use roster_functions::{api::directory::remove::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
