//! The functions behind the stream and the queue: mails, usage, events.

mod events;
mod lanes;
mod mail;
mod secrets;
mod usage;
