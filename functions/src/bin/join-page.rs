//! `GET /join`: the page that a mail's link opens.

use roster_functions::{join::page::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
