//! `POST /user/remove`: removes somebody with all that there is of them.

use super::{check_admin, named};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    authentication::{by_token, presented_token},
    concurrently::both,
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
    let found = async {
        let named = request.json_or_empty::<named::Body>()?.named()?;
        let named = named.ok_or_else(|| Failure::invalid("id", "or email is required".into()))?;
        let found = named.find_other(roster, &token).await?;
        Ok((named, found))
    };
    let (caller, (named, found)) = both(by_token(roster, token.clone()), found).await?;
    check_admin(&caller.user)?;
    let target = if named.is(&caller.user) {
        &caller.user
    } else {
        found.as_ref().ok_or(Failure::NotFound)?
    };
    check_may_manage(&caller.user, target)?;
    roster.repository.user_remove(target).await?;
    Ok(Answer::no_content())
}
