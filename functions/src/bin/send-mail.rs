//! The table's stream → SES: mails the codes of invitations and verifications.

use roster_functions::{consume, workers::send_mail::Mailer};
use std::process::ExitCode;

fn main() -> ExitCode {
    consume(Mailer::from_env(), Mailer::handle)
}
