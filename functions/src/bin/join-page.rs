//! `GET /join`: the page that a mail's link opens.

use roster_functions::{api::pages::join::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
