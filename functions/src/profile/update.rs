//! `PUT /v2/user`: changes the caller's profile. Absent fields stay, `null` clears.

use super::Profile;
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    authentication::authenticate,
    decision::{Undecided, decide},
    endpoint::endpoint,
    request::{parse_lasting, parse_patch},
};
use roster_domain::{Patch, UserChanges};
use serde::Deserialize;

/// The function `profile-update`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Profile, "profile-update", handle);

#[derive(Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "ProfileUpdate")
)]
pub(super) struct Body {
    /// New primary email address; it has to be free, and is unverified from then on.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schemars(with = "roster_domain::EmailAddress"))]
    email1: Patch<String>,
    /// Second email address, for contact only.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schemars(with = "Option<roster_domain::EmailAddress>")
    )]
    email2: Patch<String>,
    /// Name of the organization.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<roster_domain::Text>"))]
    organization: Patch<String>,
    /// Time zone, by its IANA name in any case.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schemars(with = "Option<roster_domain::TimeZone>")
    )]
    locale: Patch<String>,
    /// Display name.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<roster_domain::Text>"))]
    user_alias: Patch<String>,
}

impl Body {
    fn changes(self) -> Result<UserChanges, Failure> {
        Ok(UserChanges {
            email: parse_lasting("email1", self.email1)?,
            second_email: parse_patch("email2", self.email2)?,
            organization: parse_patch("organization", self.organization)?,
            time_zone: parse_patch("locale", self.locale)?,
            alias: parse_patch("user_alias", self.user_alias)?,
            ..UserChanges::default()
        })
    }
}

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    let updated = decide(|| update(roster, request)).await;
    updated.map_err(|failure| failure.naming_email("email1"))
}

async fn update(roster: &Roster, request: &Request) -> Result<Answer, Undecided> {
    let caller = authenticate(roster, request).await?;
    // The document says "check json array": the object is taken bare, or as the one of an array.
    let changes = request.json_or_array_of_one::<Body>()?.changes()?;
    let now = roster.clock.now();
    let repository = &roster.repository;
    let per_day = roster.settings.mails_per_day;
    let user = repository
        .user_update(&caller.user, &changes, per_day, now)
        .await?;
    Ok(Answer::ok(&[Profile::of(&user, &caller.token)])?)
}
