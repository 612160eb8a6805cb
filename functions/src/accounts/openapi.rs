//! The operations of the accounts API, for the OpenAPI document.

use super::{Envelope, NOT_OWN, create, get, update};
use crate::{
    Failure, SignUp,
    openapi::{Credentials, Operation, sample},
    registration,
    request::parse,
};
use lambda_http::http::StatusCode;
use roster_domain::{EmailAddress, Username};
use roster_dynamodb::{Refusal, StoreError};
use serde_json::json;
use std::time::Duration;

pub(crate) fn operations() -> Vec<Operation> {
    let user = sample::user();
    let envelope = Envelope::from(&user);
    let named = |operation: Operation| {
        operation
            .in_path::<Username>("username", "Your own username, in any case.", "ada")
            .takes_credentials(Credentials::TokenOrPassword)
            .fails([NOT_OWN, Failure::TooManyFailures(Duration::from_secs(60))])
    };
    vec![
        Operation::new(
            &create::ENDPOINT,
            &["POST"],
            "/rest/users",
            "Sign up",
            "Makes an account, with this person as its owner. The email address is `unverified` \
             until the code that was sent to it is used in `POST /user/login`.",
        )
        .takes_credentials(Credentials::None)
        .takes::<create::Body>(
            true,
            json!({
                "username": "katherine",
                "email": "katherine@example.com",
                "password": "orbital-mechanics-1962",
            }),
        )
        .or_form()
        .answers(StatusCode::CREATED, "The new user.", &envelope)
        .fails(parse::<Username>("username", "k").err())
        .fails([
            Failure::missing("email"),
            Failure::invalid("password", "must be at least 8 characters".into()),
            StoreError::Refused(Refusal::UsernameInUse).into(),
            Failure::email_in_use("email"),
        ])
        .fails(registration::check_open(SignUp::Closed).err()),
        named(Operation::new(
            &get::ENDPOINT,
            &["GET"],
            "/rest/users/{username}",
            "Get your account information",
            "The account information of the authenticated user.",
        ))
        .answers(StatusCode::OK, "The user.", &envelope),
        named(Operation::new(
            &update::ENDPOINT,
            &["PUT"],
            "/rest/users/{username}",
            "Change your account information",
            "Changes the email address, if there is one in the body.",
        ))
        .takes::<update::Body>(
            true,
            json!({ "username": "ada", "email": "ada@example.com" }),
        )
        .or_form()
        .answers(StatusCode::OK, "The user as they are now.", &envelope)
        .fails(parse::<EmailAddress>("email", "ada").err())
        .fails([update::other_username(), Failure::email_in_use("email")])
        .sends_mail(),
    ]
}
