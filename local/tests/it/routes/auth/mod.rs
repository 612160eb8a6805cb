mod close_account;
mod email;
mod password;
mod remove_me;
mod tokens;
mod update_account;
