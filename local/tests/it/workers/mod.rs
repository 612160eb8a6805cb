//! The functions behind the stream and the queue: mails, usage, events.

pub mod closing;
mod closing_races;
mod events;
mod faults;
mod feedback;
mod lanes;
mod mail;
mod mail_faults;
mod secrets;
mod usage;
