//! Roster on one machine: the deployed handlers behind a stand-in for API Gateway, over an embedded
//! DynamoDB. `cargo run` starts it, and the tests go through its front door.

mod after;
mod docs;
mod doors;
mod gateway;
mod mapping;
mod outbox;
mod platform;
mod sample;
mod store;
mod template;

pub use after::{After, Functions};
pub use docs::docs;
pub use doors::Hosts;
pub use gateway::{gateway, gateway_of};
pub use mapping::{Mapping, Stream};
pub use outbox::{Mail, pages};
pub use platform::{DEAD_LETTERS, Message, Platform, USAGE};
pub use sample::{ADA, ALAN, BARBARA, GRACE, HEDY, LINUS, SampleError, SamplePerson, load_sample};
pub use store::{EmbeddedStore, StoreOpenError, TABLE};
pub use template::{DEFAULT_ROUTE, Route, StreamMapping, Template};
