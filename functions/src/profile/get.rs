//! `GET /v2/user`: the caller's profile, as an array of one (so is the documented sample).

use super::Profile;
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster, authentication::authenticate,
    endpoint::endpoint,
};

/// The function `profile-get`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Profile, "profile-get", handle);

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    let caller = authenticate(roster, request).await?;
    Answer::ok(&[Profile::of(&caller.user, &caller.token)])
}
