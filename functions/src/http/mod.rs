//! HTTP, as far as every API has it: from the event to the request, and from the handler's response or
//! error to the bytes that go out.

mod body;
mod endpoint;
mod error;
mod event;
mod paging;
mod request;
mod response;

pub(crate) use body::{PASSWORD_FIELDS, Passwords};
pub(crate) use endpoint::endpoint;
pub use endpoint::{Api, Endpoint};
pub(crate) use error::ErrorBody;
pub use error::{Error, ErrorCode};
pub use event::Event;
pub(crate) use paging::Paging;
pub use request::Request;
pub(crate) use request::{IDEMPOTENCY_KEY, parse};
pub use response::Response;
