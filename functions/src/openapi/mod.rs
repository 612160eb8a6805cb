//! The OpenAPI document, made from the types that the handlers read and write.
//!
//! Each API says what its operations are in its own `openapi.rs`; schemas come from the types, the
//! examples of failures from the code that tells of them, and the examples of fields from those of
//! whole bodies. Behind the feature `openapi`, so that no function contains any of it.

mod document;
mod examples;
mod operation;
pub(crate) mod sample;
mod schemas;
mod spec;
mod write;

pub use document::document;
pub(crate) use operation::{Credentials, Operation};
pub(crate) use schemas::{SchemaOf, schema_of};
