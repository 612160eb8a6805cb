//! The queue → the table: adds up what people have used.

use roster_functions::{Roster, consume, record_usage::handle};
use std::process::ExitCode;

fn main() -> ExitCode {
    consume(Roster::from_env(), handle)
}
