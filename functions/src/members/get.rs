//! `GET /api/v2/users/{id}`: one member of the caller's account.

use super::Member;
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster, endpoint::endpoint,
    target::caller_and_user_in_path,
};

/// The function `members-get`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Members, "members-get", handle);

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    let (_, member) = caller_and_user_in_path(roster, request).await?;
    let member = member.ok_or(Failure::NotFound)?;
    Answer::ok(&Member::from(&member))
}
