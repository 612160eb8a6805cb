use std::error::Error;

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
