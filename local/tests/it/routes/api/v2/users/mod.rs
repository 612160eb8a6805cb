//! `/api/v2/users`

mod activate;
mod deactivate;
mod get;
mod invite;
mod list;
mod perms;
mod update;
