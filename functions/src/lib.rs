//! Roster's HTTP APIs and background workers as Lambda functions.
//!
//! A binary under `src/bin` is one endpoint, or one worker, and nothing else. `api` has a folder for
//! each API and in it a file for each endpoint; `auth` finds the caller, and the user whom the
//! call is about; `http` makes a [`Request`] of an [`Event`] and has the [`Response`] and [`Error`] of all
//! APIs; `workers` follow the table's stream and the queue.

pub mod api;
mod app;
mod auth;
mod http;
mod log;
mod observations;
mod openapi;
mod product;
mod runtime;
mod texts;
pub mod workers;

pub use api::ENDPOINTS;
pub use app::{App, Settings, SettingsError, SignUp};
pub use http::{Api, Endpoint, Error, ErrorCode, Event, Request, Response};
pub use log::{JsonLines, Metrics};
pub use product::Product;
pub use runtime::{consume, react, serve};
