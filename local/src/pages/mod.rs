//! The pages of `cargo run`, which are not deployed.

mod docs;
mod outbox;

pub use docs::docs;
pub use outbox::outbox;
