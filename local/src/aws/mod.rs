//! Stand-ins for AWS: API Gateway, Lambda's event source mappings, DynamoDB, and the services that the
//! workers call. `template.yaml` tells them what is deployed.

mod background_workers;
mod checkpoints;
mod consumption;
mod cors;
mod data_folder;
mod database_server;
mod event_source_mapping;
mod fake_aws;
mod gateway;
mod mail;
mod mailbox_simulator;
mod request_log;
mod state;
mod store;
mod stream;
mod template;
mod web_pages;

pub use background_workers::{BackgroundWorkers, Workers};
pub use consumption::{
    Consumption, PRICES, Prices, StoreCall, ask_for_capacity, store_operation, take_capacity,
};
pub use data_folder::{DataFolder, DataFolderError};
pub use event_source_mapping::EventSourceMapping;
pub use fake_aws::{DEAD_LETTERS, FakeAws, Message, USAGE, local_config};
pub use gateway::{gateway, gateway_of, logged_gateway};
pub use mail::Mail;
pub use request_log::{LoggedRequest, RequestLog, request_tag};
pub use state::StateError;
pub use store::{EmbeddedStore, StoreOpenError, TABLE};
pub use stream::{SequenceNumber, Stream};
pub use template::{DEFAULT_ROUTE, Route, StreamMapping, Template};
