//! The pages of `cargo run`, which are not deployed.

mod assets;
mod docs;
mod home;
mod outbox;

pub use docs::docs;
pub use home::home;
pub use outbox::outbox;
