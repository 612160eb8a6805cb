//! `POST /api/v2/users/{id}/activate`: gives a deactivated member their access back.

use roster_functions::{api::members::activate::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
