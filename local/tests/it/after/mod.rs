//! What happens after an answer: mails, usage, events.

mod events;
mod lanes;
mod mail;
mod secrets;
mod usage;
