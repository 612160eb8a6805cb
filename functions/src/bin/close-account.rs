//! The table's stream → the table: erases everybody in an account that was closed.

use roster_functions::{consume, workers::close_account::Closer};
use std::process::ExitCode;

fn main() -> ExitCode {
    consume(Closer::from_env(), Closer::handle)
}
