//! SES → the table: notes mails that came back.

use roster_functions::{App, react, workers::mail_feedback};
use std::process::ExitCode;

fn main() -> ExitCode {
    react(App::from_env(), mail_feedback::handle)
}
