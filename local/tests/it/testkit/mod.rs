//! What every test stands on. All that the tests know of Rust types of the crates is in here; the
//! tests themselves speak HTTP and this.

mod action;
mod actors;
mod admin;
mod app;
pub mod catalogue;
mod deployment;
mod document;
mod events;
mod faults;
mod log;
mod people;
mod program;
mod proxy;
mod published;
mod random;
mod reply;
mod repository;
mod request;
mod restored;
mod rows;
mod stored;
mod workers;

pub use action::{Action, Gate};
pub use actors::{Actors, Caller, Target};
pub use admin::run_admin;
pub use app::{Product, TestApp, at_once};
pub use deployment::{
    DEFAULT_ROUTE, Route, SAMPLE_LONER, SAMPLE_PEOPLE, SAMPLE_TOKEN, documented_endpoints,
    endpoints, functions, guarded, max_receives, openapi_document, pages, routes, slashed_routes,
    stream_settings,
};
pub use events::{SampleBatch, SampleEvent, for_every_event};
pub use faults::Faults;
pub use log::Log;
pub use people::{PASSWORD, Person};
pub use program::Program;
pub use proxy::{Proxy, Recorded, Which};
pub use published::Published;
pub use random::Random;
pub use reply::{Reply, next_page};
pub use repository::{StoreError, Write};
pub use request::Call;
pub use rows::{AccountEdit, Edit, Items, account_key, user_key};
pub use stored::{StoredChallenge, StoredUser};
pub use workers::{
    BackgroundWorkers, FakeAws, Lanes, NOWHERE, SEND_EMAIL, Workers, code_in, code_in_text,
};

/// Mails of a kind that an account may ask for in a day, by default.
pub const MAILS: u32 = 1000;
