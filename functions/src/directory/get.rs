//! `POST /user/get`: the caller, or for an admin anyone of the account.

use super::{
    UserRecord, check_admin,
    named::{self, caller_account_and_named},
};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster, authentication::presented_token,
    endpoint::endpoint,
};

/// The function `directory-get`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Directory, "directory-get", handle);

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    let token = presented_token(request)?;
    let named = named::Body::named(request);
    let asked = named.as_ref().ok().and_then(Option::as_ref);
    let (caller, account, found) = caller_account_and_named(roster, token, asked).await?;
    let user = if named?.is_none_or(|named| named.is(&caller.user)) {
        caller.user
    } else {
        check_admin(&caller.user)?;
        found.ok_or(Failure::NotFound)?
    };
    Answer::ok(&UserRecord::of(&user, &account))
}
