//! Roster's four HTTP APIs as Lambda functions: a folder per API, a file per operation.
//!
//! A binary under `src/bin` is one endpoint and nothing else. Its event becomes a [`Request`], its
//! handler an [`Answer`] or a [`Failure`], and the failure is put in the words of its [`Api`].

mod activity;
mod answer;
mod api;
mod authentication;
mod aws;
mod body;
mod dead_letters;
mod decision;
mod endpoint;
mod endpoints;
mod event;
mod failure;
#[cfg(feature = "openapi")]
pub mod openapi;
mod registration;
mod request;
mod roster;
mod runtime;
mod stream;
mod target;
mod texts;

pub mod accounts;
pub mod default_route;
pub mod directory;
pub mod join;
pub mod members;
pub mod profile;
pub mod publish_events;
pub mod record_usage;
pub mod send_mail;

pub use answer::Answer;
pub use api::Api;
pub use aws::local_config;
pub use endpoint::Endpoint;
pub use endpoints::ENDPOINTS;
pub use event::Event;
pub use failure::Failure;
pub use request::Request;
pub use roster::{Roster, Settings, SettingsError, SignUp};
pub use runtime::{consume, serve};
pub use stream::StreamBatch;
