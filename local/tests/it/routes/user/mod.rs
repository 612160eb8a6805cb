mod create;
mod find;
mod get;
mod login;
mod login_codes;
mod remove;
mod update;
mod update_role;
