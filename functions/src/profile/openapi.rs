//! The operations of the profile API, for the OpenAPI document.

use super::{Profile, get, update};
use crate::{
    Failure,
    openapi::{Operation, sample},
    request::parse,
};
use lambda_http::http::StatusCode;
use roster_domain::{EmailAddress, TimeZone};
use serde_json::json;

pub(crate) fn operations() -> Vec<Operation> {
    let (user, token) = (sample::user(), sample::token());
    let profile = [Profile::of(&user, &token)];
    vec![
        Operation::new(
            &get::ENDPOINT,
            &["GET"],
            "/v2/user",
            "Get your profile",
            "The profile of the current user.",
        )
        .answers(StatusCode::OK, "The profile, as an array of one.", &profile),
        Operation::new(
            &update::ENDPOINT,
            &["PUT"],
            "/v2/user",
            "Change your profile",
            "Fields that are absent stay as they are, and `null` clears a field. The body may also \
             be an array with that one object.",
        )
        .takes::<update::Body>(
            true,
            json!({
                "email1": "ada@example.com",
                "email2": "lovelace@example.com",
                "organization": "Analytical Engines Ltd",
                "locale": "Europe/London",
                "user_alias": "Countess",
            }),
        )
        .or_array_of_one()
        .answers(
            StatusCode::OK,
            "The profile as it is now, as an array of one.",
            &profile,
        )
        .fails(parse::<EmailAddress>("email1", "ada").err())
        .fails(parse::<TimeZone>("locale", "Mars").err())
        .fails([Failure::email_in_use("email1")])
        .sends_mail(),
    ]
}
