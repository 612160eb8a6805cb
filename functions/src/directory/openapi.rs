//! The operations of the directory API, for the OpenAPI document.

use super::{
    AccountRecord, UserRecord, check_admin, check_may_give, codes, create, find, get, login, named,
    remove, update, update_role,
};
use crate::{
    Failure, SignUp,
    openapi::{Credentials, Operation, sample},
    registration,
    request::parse,
};
use lambda_http::http::StatusCode;
use roster_domain::{
    Account, CodeRefusal, Cursor, Direction, EmailAddress, PageLimit, Role, User, UserId,
};
use roster_dynamodb::{Refusal, StoreError};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// A code as a mail carries one.
pub(super) const CODE: &str = "rsi_AaH_Q90AcoyOrzC4q8VNAAGh_0PouHe1qXl4WgpfWxg3JQzhCpGSn4s_hlf4p1aHAOObDvmP94Km58O3engFpC13Y_s";

const OK: StatusCode = StatusCode::OK;

pub(crate) fn operations() -> Vec<Operation> {
    let (user, account) = (sample::user(), sample::account());
    let mut operations = reading(&user, &account);
    operations.extend(writing(&user, &account));
    operations.push(logging_in(&user, &account));
    operations
}

fn not_an_admin() -> Option<Failure> {
    let user = User {
        role: Role::User,
        ..sample::user()
    };
    check_admin(&user).err()
}

fn above() -> Option<Failure> {
    let admin = User {
        role: Role::Admin,
        ..sample::user()
    };
    check_may_give(&admin, Role::Owner).err()
}

fn invalid_id() -> Option<Failure> {
    parse::<UserId>("id", "42").err()
}

fn invalid_email() -> Option<Failure> {
    parse::<EmailAddress>("email", "ada").err()
}

fn invalid_role() -> Option<Failure> {
    parse::<Role>("role", "king").err()
}

fn last_owner() -> Failure {
    StoreError::Refused(Refusal::LastOwner).into()
}

fn reading(user: &User, account: &Account) -> Vec<Operation> {
    let cursor = |direction| {
        Cursor {
            from: user.id,
            direction,
        }
        .to_string()
    };
    let (next, prev) = (cursor(Direction::Forwards), cursor(Direction::Backwards));
    vec![
        Operation::new(
            &get::ENDPOINT,
            &["POST"],
            "/user/get",
            "Get a user",
            "The caller, if the body names nobody. To name somebody else takes an admin.",
        )
        .takes::<named::Body>(false, json!({ "email": user.email, "id": user.id }))
        .answers(OK, "The user.", &UserRecord::of(user, account))
        .fails(invalid_id().into_iter().chain(invalid_email()))
        .fails(not_an_admin())
        .fails([Failure::NotFound]),
        Operation::new(
            &find::ENDPOINT,
            &["POST"],
            "/user/find",
            "Find users",
            "The users of the account in the order of their creation, a page at a time. To filter \
             takes an admin. `limit`, `next` and `prev` may also be in the query; in the body they \
             win. A cursor stays good while users come and go.",
        )
        .takes::<find::Body>(false, json!({ "limit": 100 }))
        .in_query::<PageLimit>("limit", "See `limit` of the body.", 100)
        .in_query::<Cursor>("next", "See `next` of the body.", next.as_str())
        .in_query::<Cursor>("prev", "See `prev` of the body.", prev.as_str())
        .answers(
            OK,
            "A page of users. With a filter: the user, or nobody.",
            &find::PageRecord {
                data: vec![UserRecord::of(user, account)],
                next: Some(next),
                prev: Some(prev),
            },
        )
        .fails(invalid_id().into_iter().chain(invalid_email()))
        .fails(parse::<Cursor>("next", "42").err())
        .fails(parse::<PageLimit>("limit", "0").err())
        .fails(not_an_admin()),
    ]
}

fn writing(user: &User, account: &Account) -> Vec<Operation> {
    let other = sample::other_user();
    let record = || UserRecord::of(user, account);
    let preferences = Map::from_iter([("theme".to_owned(), Value::from("dark"))]);
    vec![
        Operation::new(
            &create::ENDPOINT,
            &["POST"],
            "/user/create",
            "Create a user",
            "Puts a user into the account, and sends an invitation if that is wished. Until they \
             accept one, no credential of theirs works.",
        )
        .takes::<create::Body>(
            true,
            json!({ "email": "edsger@example.com", "role": "user", "sendInvite": true }),
        )
        .answers(OK, "The new user.", &record())
        .fails(invalid_email().into_iter().chain(invalid_role()))
        .fails(not_an_admin().into_iter().chain(above()))
        .fails([Failure::email_in_use("email")])
        .sends_mail(),
        Operation::new(
            &remove::ENDPOINT,
            &["POST"],
            "/user/remove",
            "Remove a user",
            "Removes a user with all that there is of them. One of `email` and `id` is required.",
        )
        .takes::<named::Body>(true, json!({ "email": "barbara@example.com" }))
        .with_one_of(&["email", "id"])
        .answers_nothing("The user is removed.")
        .fails(invalid_id().into_iter().chain(invalid_email()))
        .fails(not_an_admin().into_iter().chain(above()))
        .fails([Failure::NotFound, last_owner()]),
        Operation::new(
            &update::ENDPOINT,
            &["POST"],
            "/user/update",
            "Change a user",
            "Changes the caller, or for an admin anyone who is not above them. Fields that are \
             absent stay as they are.",
        )
        .takes::<update::Body>(
            false,
            json!({
                "email": user.email,
                "first": "Ada",
                "id": user.id,
                "last": "Lovelace",
                "preferences": preferences,
            }),
        )
        .answers(
            OK,
            "The user as they are now.",
            &update::Updated {
                user: record(),
                preferences: &preferences,
            },
        )
        .fails(invalid_id().into_iter().chain(invalid_email()))
        .fails(not_an_admin().into_iter().chain(above()))
        .fails([
            Failure::NotFound,
            Failure::email_in_use("email"),
            StoreError::Refused(Refusal::TooLarge).into(),
        ])
        .sends_mail(),
        Operation::new(
            &update_role::ENDPOINT,
            &["POST"],
            "/user/updateRole",
            "Change a user's role",
            "Gives a user another role, of which neither the old nor the new one is above the \
             caller's. Who has yet to accept an invitation can be sent a fresh one: older codes \
             stop working.",
        )
        .takes::<update_role::Body>(
            true,
            json!({ "id": other.id, "role": "user", "sendInvite": false }),
        )
        .answers(
            OK,
            "The user as they are now.",
            &UserRecord::of(&other, account),
        )
        .fails(invalid_id().into_iter().chain(invalid_role()))
        .fails(not_an_admin().into_iter().chain(above()))
        .fails([Failure::NotFound, last_owner()])
        .sends_mail(),
    ]
}

fn logging_in(user: &User, account: &Account) -> Operation {
    Operation::new(
        &login::ENDPOINT,
        &["POST"],
        "/user/login",
        "Log in",
        "With a username (or email address) and a password in `Authorization: Basic`: a new \
             token, with the account and the user. With `register` and an email address that is \
             not known yet: makes an account first. With the code of an invitation as `invite`, \
             `register`, and the email address that it was mailed to: joins the account, with that \
             password. With the code of a verification: confirms the email address. With a token: \
             the same records, and no new token.",
    )
    .takes_credentials(Credentials::TokenOrPassword)
    .takes::<login::Body>(false, json!({ "register": false }))
    .answers(
        OK,
        "The account, the user and, for a password, a new token.",
        &login::Login {
            account: AccountRecord::from(account),
            user: UserRecord::of(user, account),
            token: Some(login::NewToken {
                token: sample::token().reveal(),
                expires: user.created + Duration::from_secs(90 * 24 * 60 * 60),
            }),
        },
    )
    .fails(parse::<EmailAddress>("email", "ada").err())
    .fails([
        Failure::invalid("password", "must be at least 8 characters".into()),
        Failure::email_in_use("email"),
        codes::LOGIN_ELSEWHERE,
        Failure::TooManyFailures(Duration::from_secs(60)),
        codes::unknown(),
        codes::refused(CodeRefusal::UsedUp),
        codes::refused(CodeRefusal::Expired),
    ])
    .fails(registration::check_open(SignUp::Closed).err())
}
