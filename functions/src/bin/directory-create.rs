//! `POST /user/create`: puts a user into the account, and invites them if that is wished.

use roster_functions::{api::directory::create::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
