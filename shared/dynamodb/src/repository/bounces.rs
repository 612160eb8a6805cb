//! Mails that came back.

use super::Repository;
use crate::{
    StoreError,
    table::{Key, Update},
};
use roster_domain::{
    AccountId, BOUNCES_REMEMBERED, Bounce, BounceKind, CodePurpose, EmailAddress, Timestamp,
    UserKey,
};

impl Repository {
    /// Remembers of an address that a mail of `account` came back from it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Internal`].
    pub async fn record_bounce(
        &self,
        email: &EmailAddress,
        account: AccountId,
        bounce: Bounce,
    ) -> Result<(), StoreError> {
        let attribute = match bounce.kind {
            BounceKind::Bounce => "bounced",
            BounceKind::Complaint => "complained",
        };
        let mut update = Update::upsert(Key::bounces(email));
        if bounce.kind == BounceKind::Bounce {
            update = update.set("account", account);
        }
        let update = update
            .set(attribute, bounce.at)
            .set("ttl", (bounce.at + BOUNCES_REMEMBERED).as_seconds())
            .if_absent_or(attribute, "<", bounce.at);
        // A later one is known.
        unless_stale(self.table.update(update).await)
    }

    /// Notes on the challenge that was mailed to `email` that its mail came back. Of a challenge that
    /// is gone, or is for another address by now, there is nothing to note; the first note stays.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Internal`].
    pub async fn mark_bounced(
        &self,
        (purpose, user): (CodePurpose, UserKey),
        email: &EmailAddress,
        bounce: Bounce,
    ) -> Result<(), StoreError> {
        let update = Update::new(Key::challenge(purpose, user))
            .set("bounced", bounce)
            .condition("email", "=", email)
            .if_unchanged("bounced", None::<Timestamp>);
        unless_stale(self.table.update(update).await)
    }
}

fn unless_stale(written: Result<(), StoreError>) -> Result<(), StoreError> {
    match written {
        Err(error) if error.is_stale() => Ok(()),
        written => written,
    }
}
