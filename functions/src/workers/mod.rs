//! What follows a change: workers that the table's stream and the queue of usage reports feed. They
//! know no HTTP.

mod aws;
mod dead_letters;
pub mod publish_events;
pub mod record_usage;
pub mod send_mail;
mod stream;

pub use stream::StreamBatch;
