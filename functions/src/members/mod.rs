//! The members of an account, by permission: `/api/v2/users…`.

pub mod activate;
pub mod deactivate;
pub mod get;
pub mod invite;
pub mod list;
#[cfg(feature = "openapi")]
pub(crate) mod openapi;
pub mod set_permissions;
pub mod update;

use crate::{Answer, Failure};
use roster_domain::{EmailAddress, Language, Text, TimeZone, User, UserId};
use serde::Serialize;

/// A user as this API shows one.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Member<'a> {
    /// Id of the user.
    #[serde(rename = "_id")]
    id: UserId,
    /// First name.
    first_name: Option<&'a Text>,
    /// Surname.
    last_name: Option<&'a Text>,
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

/// That something was done, where there is nothing to show.
#[derive(Serialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "MembersMessage")
)]
#[serde(rename_all = "camelCase")]
struct Message {
    /// Always false.
    #[cfg_attr(feature = "openapi", schemars(extend("const" = false)))]
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
fn message(text: &'static str) -> Result<Answer, Failure> {
    Answer::ok(&Message::from(text))
}

const NO_USER_MANAGEMENT: Failure = Failure::Forbidden(
    "this takes the permission userManagement; ask an admin of your account for it",
);

fn check_user_management(caller: &User) -> Result<(), Failure> {
    if caller.effective_permissions().user_management {
        Ok(())
    } else {
        Err(NO_USER_MANAGEMENT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpResponse;
    use roster_domain::{AccountId, PageLimit, Role, Timestamp};

    /// Lambda refuses an answer of more than 6 MB, with the JSON around the body and the escapes
    /// that the body gets in it.
    #[test]
    fn a_thousand_of_the_largest_members_are_an_answer_that_lambda_takes() {
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
            let answer = Answer::ok(&members).unwrap().finish("request");
            let response = serde_json::to_string(&ApiGatewayV2httpResponse::from(answer)).unwrap();
            assert!(response.len() < 3 << 20, "{} bytes", response.len());
        }
    }
}
