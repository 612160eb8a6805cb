//! `POST /user/find`: the account's users, a page at a time.

use roster_functions::{api::directory::find::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
