//! What the repository promises to who calls it without HTTP: the mailer, above all.

mod code_requests;
mod standing;
mod user_list;
