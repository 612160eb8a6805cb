//! Roster on one machine: the deployed handlers behind a stand-in for API Gateway, over an embedded
//! DynamoDB. `cargo run` starts it, and the tests go through its front door.

mod allowed_hosts;
mod aws;
mod pages;
mod sample;

pub use allowed_hosts::AllowedHosts;
pub use aws::{
    BackgroundWorkers, Consumption, DEAD_LETTERS, DEFAULT_ROUTE, DataFolder, DataFolderError,
    EmbeddedStore, EventSourceMapping, FakeAws, LoggedRequest, Mail, Message, PRICES, Prices,
    RequestLog, Route, SequenceNumber, StateError, StoreCall, StoreOpenError, Stream,
    StreamMapping, TABLE, Template, USAGE, Workers, ask_for_capacity, gateway, gateway_of,
    local_config, logged_gateway, request_tag, store_operation, take_capacity,
};
pub use pages::{docs, home, outbox};
pub use sample::{
    ADA, ALAN, BARBARA, GRACE, HEDY, LINUS, SampleError, SamplePerson, load_sample, prepare_sample,
    sample_people,
};
