//! The program: see the library.

use clap::Parser;
use roster_admin::{Io, Options, Outcome, run};
use roster_domain::Clock;
use std::process::ExitCode;

/// An import left lines out.
const REJECTED: u8 = 3;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse(), Clock::system(), Io::of_process()).await {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Rejected) => ExitCode::from(REJECTED),
        Err(error) => {
            eprintln!("roster-admin: {error}");
            ExitCode::FAILURE
        }
    }
}
