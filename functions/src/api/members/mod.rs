//! The members of an account, by permission: `/api/v2/users…`.

pub mod activate;
pub mod deactivate;
pub mod get;
pub mod invite;
pub mod list;
pub mod set_permissions;
pub mod update;

use crate::{
    Api, Error, Response,
    http::ErrorBody,
    openapi::{Documentation, Operation, sample, schema_of},
};
use roster_domain::{EmailAddress, Language, ShortText, TimeZone, User, UserId};
use schemars::JsonSchema;
use serde::Serialize;

/// The members API.
pub static API: Api = Api {
    name: "Members",
    is_documented: true,
    error_body,
};

pub(super) fn documentation() -> Documentation {
    Documentation {
        api: &API,
        description: "The members of an account, by permission.",
        error_schema: schema_of::<MembersError>,
        operations: vec![
            list::operation(),
            get::operation(),
            invite::operation(),
            update::operation(),
            set_permissions::operation(),
            activate::operation(),
            deactivate::operation(),
        ],
    }
}

/// What the operations on one member have in common.
fn of_one(operation: Operation) -> Operation {
    let id = sample::other_user().id.to_string();
    operation
        .path_parameter::<UserId>("id", "Id of the member.", id)
        .errors([Error::NOT_FOUND])
}

/// A user as this API shows one.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Member<'a> {
    /// Id of the user.
    #[serde(rename = "_id")]
    id: UserId,
    /// First name.
    first_name: Option<&'a ShortText>,
    /// Surname.
    last_name: Option<&'a ShortText>,
    /// Email address, unique in the account.
    email: &'a EmailAddress,
    /// Language.
    locale: Option<Language>,
    /// Time zone, by its IANA name.
    timezone: Option<&'a TimeZone>,
}

impl<'a> From<&'a User> for Member<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: user.id,
            first_name: user.first_name.as_ref(),
            last_name: user.last_name.as_ref(),
            email: &user.email,
            locale: user.language,
            timezone: user.time_zone.as_ref(),
        }
    }
}

/// Tells that something was done, where there is nothing to show.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MembersMessage")]
#[serde(rename_all = "camelCase")]
struct Message {
    /// Always false.
    #[schemars(extend("const" = false))]
    error: bool,
    /// What was done.
    message: &'static str,
    /// The HTTP status.
    status_code: u16,
}

impl From<&'static str> for Message {
    fn from(message: &'static str) -> Self {
        Self {
            error: false,
            message,
            status_code: 200,
        }
    }
}

/// `text` is to the letter of the document, which ends just one of its messages with a full stop.
fn message(text: &'static str) -> Result<Response, Error> {
    Response::ok(&Message::from(text))
}

/// An error as this API says it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MembersError<'a> {
    /// Always true.
    #[schemars(extend("const" = true))]
    error: bool,
    /// One sentence that says what to do next.
    message: &'a str,
    /// The HTTP status.
    status_code: u16,
}

fn error_body(error: &Error) -> ErrorBody {
    ErrorBody::json(&MembersError {
        error: true,
        message: &error.detail,
        status_code: error.code.status().as_u16(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpResponse;
    use roster_domain::{AccountId, PageLimit, Role, Timestamp};

    /// Lambda refuses a response of more than 6 MB, with the JSON around the body and the escapes
    /// that the body gets in it.
    #[test]
    fn a_thousand_of_the_largest_members_are_a_response_that_lambda_takes() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let email = format!("{}@{}.example.com", "a".repeat(60), "b".repeat(60));
        let mut user = User::invite(AccountId::new(now), email.parse().unwrap(), Role::User, now);
        user.time_zone = Some("America/Argentina/ComodRivadavia".parse().unwrap());
        // Four bytes in UTF-8; a quote or a backslash, escaped twice over, is as many.
        for widest in ["\u{10ffff}", "\"", "\\"] {
            user.first_name = Some(widest.repeat(256).parse().unwrap());
            user.last_name = user.first_name.clone();
            let members = vec![&user; PageLimit::MAX.get()];
            let members: Vec<_> = members.into_iter().map(Member::from).collect();
            let response = Response::ok(&members).unwrap().finish(
                "request",
                &lambda_http::http::HeaderValue::from_static("test"),
            );
            let wrapped = ApiGatewayV2httpResponse::from(response);
            let size = serde_json::to_string(&wrapped).unwrap().len();
            assert!(size < 3 << 20, "{size} bytes");
        }
    }
}
