use super::Repository;
use crate::{
    StoreError,
    table::{Key, from_item},
};
use roster_domain::{AccountId, Challenge, CodePurpose, Direction, UserId, UserKey};

/// Rows that a query looks at, if it does not have to look at more. Of whoever has joined by an
/// invitation the row is still there: a query of just as many as are wanted would find few.
const LOOKED_AT: usize = 500;

/// Some invitations of an account, in the order of their users' creation.
#[derive(Clone, Debug)]
pub struct InvitationPage {
    /// None of them was accepted. Whether their users still may accept them, the users' rows tell.
    pub invitations: Vec<Challenge>,
    /// Whether there are invitations beyond the last of these.
    pub more: bool,
}

impl Repository {
    /// Up to `limit` of an account's invitations, to users next to (and without) `from`. Strongly
    /// consistent queries.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] if any row among them is; [`StoreError::Unavailable`],
    /// [`StoreError::Internal`].
    pub async fn list_invitations(
        &self,
        account: AccountId,
        from: Option<UserId>,
        limit: usize,
    ) -> Result<InvitationPage, StoreError> {
        let wanted = limit.saturating_add(1);
        let key = |user| Key::challenge(CodePurpose::Invitation, UserKey { account, user });
        let mut start = from.map(|user| key(user).into_item());
        let mut invitations: Vec<Challenge> = Vec::new();
        while invitations.len() < wanted {
            let prefix = Key::invitations();
            let limit = wanted.max(LOOKED_AT);
            let query = self.query(account, &prefix, start, Direction::Forwards, limit);
            let (items, next) = query.await?;
            for item in items {
                let invitation: Challenge = from_item(&Key::of(&item), item)?;
                if invitation.used_at.is_none() {
                    invitations.push(invitation);
                }
            }
            start = next;
            if start.is_none() {
                break;
            }
        }
        let more = invitations.len() > limit;
        invitations.truncate(limit);
        Ok(InvitationPage { invitations, more })
    }
}
