//! What every test stands on.

mod app;
mod people;
mod reply;
mod tap;

pub use app::{App, PASSWORD, Person};
pub use reply::{Call, Reply, next_page};
pub use tap::Fault;
