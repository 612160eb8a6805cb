//! What every test stands on.

mod app;
mod document;
mod events;
mod people;
mod reply;
mod tap;
mod wire;

use roster_functions::ENDPOINTS;
use std::collections::BTreeSet;

pub use app::{App, PASSWORD, Person};
pub use events::{SampleBatch, SampleEvent, for_every_event};
pub use reply::{Call, Reply, next_page};
pub use tap::Fault;
pub use wire::{Verdict, wire};

/// Mails of a kind that an account may ask for in a day, by default.
pub const MAILS: u32 = 1000;

/// The names of all operations: not the pages, which ask nothing of the store and name nobody, and
/// not the default route, whose requests are those of other endpoints.
pub fn operations() -> BTreeSet<&'static str> {
    let operations = ENDPOINTS
        .iter()
        .filter(|endpoint| endpoint.api.is_documented());
    operations.map(|endpoint| endpoint.name).collect()
}
