//! The queue → the table: adds up what people have used.

use roster_functions::{App, consume, workers::record_usage::handle};
use std::process::ExitCode;

fn main() -> ExitCode {
    consume(App::from_env(), handle)
}
