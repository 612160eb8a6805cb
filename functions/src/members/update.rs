//! `PUT` and `PATCH /api/v2/users/{id}`: changes a member. Absent fields stay, `null` clears.

use super::{Member, check_user_management};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    decision::{Undecided, decide},
    endpoint::endpoint,
    request::{parse_lasting, parse_patch},
    target::{caller_account_and_user_in_path, check_may_manage},
};
use roster_domain::{Patch, PermissionChanges, User, UserChanges};
use serde::Deserialize;

/// The function `members-update`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Members, "members-update", handle);

#[derive(Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "MemberUpdate")
)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body {
    /// First name.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<roster_domain::Text>"))]
    first_name: Patch<String>,
    /// Surname.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<roster_domain::Text>"))]
    last_name: Patch<String>,
    /// New email address; it has to be free, and is unverified from then on.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schemars(with = "roster_domain::EmailAddress"))]
    email: Patch<String>,
    /// Language.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schemars(with = "Option<roster_domain::Language>")
    )]
    locale: Patch<String>,
    /// Time zone, by its IANA name in any case.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schemars(with = "Option<roster_domain::TimeZone>")
    )]
    timezone: Patch<String>,
}

impl Body {
    fn changes(self) -> Result<UserChanges, Failure> {
        Ok(UserChanges {
            first_name: parse_patch("firstName", self.first_name)?,
            last_name: parse_patch("lastName", self.last_name)?,
            email: parse_lasting("email", self.email)?,
            language: parse_patch("locale", self.locale)?,
            time_zone: parse_patch("timezone", self.timezone)?,
            ..UserChanges::default()
        })
    }
}

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    decide(|| update(roster, request)).await
}

async fn update(roster: &Roster, request: &Request) -> Result<Answer, Undecided> {
    let (caller, account, member) = caller_account_and_user_in_path(roster, request).await?;
    let changes = request.json::<Body>()?.changes()?;
    let own = member
        .as_ref()
        .is_some_and(|member| member.id == caller.user.id);
    if !own {
        check_user_management(&caller.user)?;
    }
    let member = member.ok_or(Failure::NotFound)?;
    if !own {
        check_may_manage(&caller.user, &member)?;
        check_may_readdress(&caller.user, &member, &changes)?;
    }
    let now = roster.clock.now();
    let repository = &roster.repository;
    let per_day = roster.settings.mails_to(&member, &account);
    let member = repository
        .user_update(&member, &changes, per_day, now)
        .await?;
    Ok(Answer::ok(&Member::from(&member))?)
}

/// Whoever reads the mail of somebody invited becomes them: nobody sends it elsewhere to come by
/// permissions that they do not hold.
fn check_may_readdress(caller: &User, member: &User, changes: &UserChanges) -> Result<(), Failure> {
    let held = caller.effective_permissions();
    let theirs = PermissionChanges::from(member.effective_permissions());
    if member.joined || changes.email.is_none() || held.may_grant(theirs) {
        Ok(())
    } else {
        Err(Failure::Forbidden(
            "an invitation with permissions that you do not hold goes to nobody else",
        ))
    }
}
