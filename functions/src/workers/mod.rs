//! What follows a change: workers that the table's stream, the queue of usage reports and SES feed. They
//! know no HTTP.

mod aws;
pub mod close_account;
mod dead_letters;
pub mod mail_feedback;
mod mail_tags;
pub mod publish_events;
pub mod record_usage;
pub mod send_mail;
mod stream;

pub use stream::StreamBatch;
