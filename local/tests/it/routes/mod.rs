mod api;
mod auth;
mod pages;
mod rest;
mod user;
mod v2;
