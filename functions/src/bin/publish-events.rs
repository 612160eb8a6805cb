//! The table's stream → EventBridge: tells other programs what happened.

use roster_functions::{consume, workers::publish_events::Publisher};
use std::process::ExitCode;

fn main() -> ExitCode {
    consume(Publisher::from_env(), Publisher::handle)
}
