mod api;
mod auth;
mod rest;
mod user;
mod v2;
