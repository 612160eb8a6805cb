//! `POST /user/get`: the caller, or for an admin anyone of the account.

use super::{UserRecord, caller_and_account, check_admin, named};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster, authentication::presented_token,
    concurrently::both, endpoint::endpoint,
};

/// The function `directory-get`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Directory, "directory-get", handle);

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    let token = presented_token(request)?;
    let found = async {
        let named = request.json_or_empty::<named::Body>()?.named()?;
        let found = match &named {
            Some(named) => named.find_other(roster, &token).await?,
            None => None,
        };
        Ok((named, found))
    };
    let ((caller, account), (named, found)) =
        both(caller_and_account(roster, token.clone()), found).await?;
    let user = if named.is_none_or(|named| named.is(&caller.user)) {
        caller.user
    } else {
        check_admin(&caller.user)?;
        found.ok_or(Failure::NotFound)?
    };
    Answer::ok(&UserRecord::of(&user, &account))
}
