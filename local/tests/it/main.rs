//! Tests through HTTP: a request in, the reply and the stored state out, each test on a database of
//! its own. Laid out like the routes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod addresses;
mod admin;
mod campaign;
mod compatibility;
mod contention;
mod cross_origin;
mod data_folder;
mod data_folder_figures;
mod events;
mod fuzz;
mod home_page;
mod hostile;
mod iam_roles;
mod idempotency;
mod last_owner;
mod last_release;
mod local_access;
mod local_pages;
mod lockout;
mod log_lines;
mod lost_answers;
mod mail_limits;
mod model;
mod openapi;
mod paging;
mod passwords_in_bodies;
mod permissions;
mod repository;
mod restore;
mod role_table;
mod round_trips;
mod routes;
mod secrets;
mod stolen_token;
mod store_faults;
mod template;
mod tenancy;
mod terminal;
mod testkit;
mod unauthenticated;
mod workers;
