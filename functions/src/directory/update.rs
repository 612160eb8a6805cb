//! `POST /user/update`: changes the caller, or for an admin anyone of the account who is not above
//! them. Absent fields stay, `null` clears.

use super::{
    UserRecord, check_admin,
    named::{Named, caller_account_and_named},
};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    authentication::presented_token,
    body::not_null,
    decision::{Undecided, decide},
    endpoint::endpoint,
    request::{parse_lasting, parse_optional, parse_patch},
    target::check_may_manage,
};
use roster_domain::{Patch, UserChanges};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The function `directory-update`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Directory, "directory-update", handle);

#[derive(Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "UserUpdate")
)]
pub(super) struct Body {
    /// A new email address; it has to be free, and is unverified from then on.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schemars(with = "roster_domain::EmailAddress"))]
    email: Patch<String>,
    /// First name; null clears it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<roster_domain::Text>"))]
    first: Patch<String>,
    /// The id of the user; the caller, if it is absent.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(with = "roster_domain::UserId"))]
    id: Option<String>,
    /// Surname; null clears it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<roster_domain::Text>"))]
    last: Patch<String>,
    /// A merge patch (RFC 7396) of what is there, which is at most 8 KiB afterwards.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(with = "Map<String, Value>"))]
    preferences: Option<Map<String, Value>>,
}

impl Body {
    fn parse(self) -> Result<(Option<Named>, UserChanges), Failure> {
        let id = parse_optional("id", self.id.as_deref())?;
        let changes = UserChanges {
            email: parse_lasting("email", self.email)?,
            first_name: parse_patch("first", self.first)?,
            last_name: parse_patch("last", self.last)?,
            preferences: self.preferences,
            ..UserChanges::default()
        };
        Ok((id.map(Named::by_id), changes))
    }
}

/// A user with their preferences.
#[derive(Serialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "UpdatedUser")
)]
pub(super) struct Updated<'a> {
    #[serde(flatten)]
    pub(super) user: UserRecord<'a>,
    // The document's record has none; nowhere else could they be read.
    /// The preferences as they are now.
    pub(super) preferences: &'a Map<String, Value>,
}

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    decide(|| update(roster, request)).await
}

async fn update(roster: &Roster, request: &Request) -> Result<Answer, Undecided> {
    let token = presented_token(request)?;
    let asked = request.json_or_empty::<Body>().and_then(Body::parse);
    let named = asked.as_ref().ok().and_then(|(named, _)| named.as_ref());
    let (caller, account, found) = caller_account_and_named(roster, token, named).await?;
    let (named, changes) = asked?;
    let target = if named.is_none_or(|named| named.is(&caller.user)) {
        caller.user
    } else {
        check_admin(&caller.user)?;
        let target = found.ok_or(Failure::NotFound)?;
        check_may_manage(&caller.user, &target)?;
        target
    };
    let now = roster.clock.now();
    let repository = &roster.repository;
    let per_day = roster.settings.mails_to(&target, &account);
    let user = repository
        .user_update(&target, &changes, per_day, now)
        .await?;
    Ok(Answer::ok(&Updated {
        user: UserRecord::of(&user, &account),
        preferences: &user.preferences,
    })?)
}
