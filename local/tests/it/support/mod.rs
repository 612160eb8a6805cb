//! What every test stands on.

mod app;
mod document;
mod events;
mod people;
mod reply;
mod tap;
mod wire;

pub use app::{App, PASSWORD, Person};
pub use events::{SampleBatch, SampleEvent, for_every_event};
pub use reply::{Call, Reply, next_page};
pub use tap::Fault;
pub use wire::{Verdict, wire};
