mod close_account;
mod remove_me;
mod update_account;
