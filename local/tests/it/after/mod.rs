//! What happens after an answer: mails, usage, events.

mod events;
mod mail;
mod secrets;
mod usage;
