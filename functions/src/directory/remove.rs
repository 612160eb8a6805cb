//! `POST /user/remove`: removes somebody with all that there is of them.

use super::{
    check_admin,
    named::{self, caller_account_and_named},
};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    authentication::presented_token,
    decision::{Undecided, decide},
    endpoint::endpoint,
    target::check_may_manage,
};

/// The function `directory-remove`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Directory, "directory-remove", handle);

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    decide(|| remove(roster, request)).await
}

async fn remove(roster: &Roster, request: &Request) -> Result<Answer, Undecided> {
    let token = presented_token(request)?;
    let named = named::Body::named(request);
    let asked = named.as_ref().ok().and_then(Option::as_ref);
    let (caller, account, found) = caller_account_and_named(roster, token, asked).await?;
    let named = named?.ok_or_else(|| Failure::invalid("id", "or email is required".into()))?;
    check_admin(&caller.user)?;
    let target = if named.is(&caller.user) {
        &caller.user
    } else {
        found.as_ref().ok_or(Failure::NotFound)?
    };
    check_may_manage(&caller.user, target)?;
    roster.repository.user_remove(target, &account).await?;
    Ok(Answer::no_content())
}
