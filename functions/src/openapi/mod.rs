//! The OpenAPI document, made from the types that the handlers read and write.
//!
//! Each endpoint says what it is in its own file; schemas come from the types, the examples of errors
//! from the code that says them, and the examples of fields from those of whole bodies. No function
//! calls any of it, so none contains it.

mod document;
mod examples;
mod operation;
pub(crate) mod sample;
mod schemas;
mod spec;
mod write;

pub(crate) use document::{Documentation, document};
pub(crate) use operation::{Credentials, Operation};
pub(crate) use schemas::schema_of;
