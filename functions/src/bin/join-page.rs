//! `GET /join`: the page that the link of an invitation opens.

use roster_functions::{api::pages::join::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
