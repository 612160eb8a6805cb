//! What every test stands on.

mod app;
mod reply;
mod tap;

pub use app::{App, PASSWORD, Person};
pub use reply::{Call, Reply};
pub use tap::Fault;
