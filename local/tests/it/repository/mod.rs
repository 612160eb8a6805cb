//! What the repository promises to callers without HTTP: to the mailer, above all.

mod challenges;
mod unchanged;
mod user_list;
