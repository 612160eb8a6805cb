//! `PUT` and `PATCH /api/v2/users/{id}`: changes a member. Absent fields stay, `null` clears.

use super::{API, Member, of_one};
use crate::{
    App, Endpoint, Error, Request, Response,
    api::changes::save_changes,
    auth::{
        NO_USER_MANAGEMENT, caller_account_and_member, require_may_manage, require_user_management,
    },
    http::{endpoint, parse},
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{
    EmailAddress, Language, Patch, Replace, ShortText, TimeZone, User, UserChanges,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// The function `members-update`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "members-update",
    routes: ["PUT /api/v2/users/{id}", "PATCH /api/v2/users/{id}"],
    callers: "the user, or `userManagement`",
    summary: "Change a member",
    handler: update,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[schemars(rename = "MemberUpdate")]
struct Body {
    /// First name.
    first_name: Patch<ShortText>,
    /// Surname.
    last_name: Patch<ShortText>,
    /// New email address; it has to be free, and is unverified from then on.
    email: Replace<EmailAddress>,
    /// Language.
    locale: Patch<Language>,
    /// Time zone, by its IANA name in any case.
    timezone: Patch<TimeZone>,
}

pub(super) fn operation() -> Operation {
    of_one(Operation::new(
        &ENDPOINT,
        "Fields that are absent stay as they are, with `PUT` as with `PATCH`, and `null` clears a \
         field. Everybody changes themselves; others are changed by who has the permission \
         `userManagement` and no lower role.",
    ))
    .body::<Body>(
        true,
        json!({
            "firstName": "Alan",
            "lastName": "Turing",
            "email": "alan@example.com",
            "locale": "en",
            "timezone": "Europe/London",
        }),
    )
    .responds(
        StatusCode::OK,
        "The member as they are now.",
        &Member::from(&sample::other_user()),
    )
    .errors(parse::<EmailAddress>("email", "ada").err())
    .errors(parse::<Language>("locale", "tlh").err())
    .errors(parse::<TimeZone>("timezone", "Mars").err())
    .errors([NO_USER_MANAGEMENT, Error::email_in_use()])
    .requests_mail()
}

async fn update(app: &App, request: &Request) -> Result<Response, Error> {
    let (caller, account, member) = caller_account_and_member(app, request).await?;
    let body: Body = request.json()?;
    let changes = UserChanges {
        first_name: body.first_name,
        last_name: body.last_name,
        email: body.email.0,
        language: body.locale,
        time_zone: body.timezone,
        ..UserChanges::default()
    };
    let own = member.as_ref().is_some_and(|member| member.id == caller.id);
    if !own {
        require_user_management(&caller)?;
    }
    let member = member.ok_or(Error::NOT_FOUND)?;
    if !own {
        require_may_manage(&caller, &member)?;
        require_may_readdress(&caller, &member, &changes)?;
    }
    let member = save_changes(app, (&member, caller.id), Some(&account), changes).await?;
    Response::ok(&Member::from(&member))
}

/// The reader of an invitation becomes the invited user: no caller sends one elsewhere to come by
/// permissions that the caller does not hold.
fn require_may_readdress(caller: &User, member: &User, changes: &UserChanges) -> Result<(), Error> {
    let held = caller.effective_permissions();
    if member.status.has_joined()
        || changes.email.is_none()
        || held.include(member.effective_permissions())
    {
        Ok(())
    } else {
        Err(Error::forbidden(
            "You cannot send an invitation with permissions that you do not hold to another \
             address. Ask an admin to do it.",
        ))
    }
}
