//! What happens after an answer: mails, usage, events.

mod mail;
mod usage;
