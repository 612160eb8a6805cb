//! What a function writes: a line for each event, as one flat JSON object with the names of Powertools
//! for AWS Lambda, and in it the numbers that CloudWatch makes metrics of.

mod json_lines;
mod level;
mod metrics;

pub use json_lines::JsonLines;
pub(crate) use json_lines::{Invocation, set_invocation};
pub use metrics::Metrics;

use level::Level;
use std::{env, error::Error};
use tracing_subscriber::{Registry, layer::SubscriberExt, util::SubscriberInitExt};

/// Begins to write lines, as the function's environment says.
pub(crate) fn init() {
    let lines = JsonLines::from_env();
    let level = Level::from_env(lines.has_metrics());
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .event_format(lines);
    Registry::default().with(level).with(lines).init();
}

/// A variable, if it says something.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// An error with everything beneath it, for a line of the log. Store errors name keys and codes, and
/// no value of a row.
pub(crate) fn error_chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
