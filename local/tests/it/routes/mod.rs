mod api;
mod rest;
mod user;
mod v2;
