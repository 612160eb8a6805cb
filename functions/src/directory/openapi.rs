//! The operations of the directory API, for the OpenAPI document.

use super::{AccountRecord, UserRecord, login};
use crate::{
    Failure, SignUp,
    openapi::{Credentials, Operation, sample},
    registration,
    request::parse,
};
use lambda_http::http::StatusCode;
use roster_domain::EmailAddress;
use serde_json::json;
use std::time::Duration;

pub(crate) fn operations() -> Vec<Operation> {
    let (user, account, token) = (sample::user(), sample::account(), sample::token());
    let record = || UserRecord::of(&user, &account);
    vec![
        Operation::new(
            &login::ENDPOINT,
            &["POST"],
            "/user/login",
            "Log in",
            "With a username (or email address) and a password in `Authorization: Basic`: a new \
             token, with the account and the user. With `register` and an email address that is \
             not known yet: makes an account first. With a token: the same records, and no new \
             token.",
        )
        .takes_credentials(Credentials::TokenOrPassword)
        .takes::<login::Body>(false, json!({ "register": false }))
        .answers(
            StatusCode::OK,
            "The account, the user and, for a password, a new token.",
            &login::Login {
                account: AccountRecord::from(&account),
                user: record(),
                token: Some(login::NewToken {
                    token: token.reveal(),
                    expires: user.created + Duration::from_secs(90 * 24 * 60 * 60),
                }),
            },
        )
        .fails(parse::<EmailAddress>("email", "ada").err())
        .fails([
            Failure::invalid("password", "must be at least 8 characters".into()),
            Failure::email_in_use("email"),
            Failure::TooManyFailures(Duration::from_secs(60)),
        ])
        .fails(registration::check_open(SignUp::Closed).err()),
    ]
}
