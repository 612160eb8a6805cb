//! Through the front door: an HTTP request in, the answer and the stored state out, each test on a
//! database of its own. Laid out like the routes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod addresses;
mod after;
mod doors;
mod events;
mod hostile;
mod last_owner;
mod lockout;
mod mail_limits;
mod openapi;
mod paging;
mod passwords_in_bodies;
mod permissions;
mod repository;
mod role_table;
mod roles;
mod round_trips;
mod routes;
mod secrets;
mod store_faults;
mod support;
mod template;
mod tenancy;
mod unauthenticated;
