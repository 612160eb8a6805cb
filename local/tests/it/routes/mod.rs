mod api;
mod pages;
mod rest;
mod user;
mod v2;
