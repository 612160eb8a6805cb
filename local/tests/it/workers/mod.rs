//! The functions behind the stream and the queue: mails, usage, events.

mod events;
mod faults;
mod lanes;
mod mail;
mod mail_faults;
mod secrets;
mod usage;
