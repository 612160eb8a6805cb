use crate::{Repository, StoreError, keys::Key, update::Update};
use roster_domain::{SecretHash, Timestamp, TokenValidity, User};
use std::collections::BTreeMap;

impl Repository {
    /// Gives a user who was read as `user` their access back, and ends the locks of their names. Who
    /// is still invited stays so.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the user is gone, or is not what was read any more.
    pub async fn user_activate(&self, user: &User, now: Timestamp) -> Result<(), StoreError> {
        let unlock = self.unlock(user)?;
        if !user.deactivated {
            return self.transact(unlock).await;
        }
        let update = Update::existing(Key::user(user.account, user.id))
            .set("deactivated", false)?
            .set("updated", now)?;
        let active = User {
            deactivated: false,
            ..user.clone()
        };
        self.change_standing(update, user, &active, unlock).await
    }

    /// Takes the access of a user who was read as `user`: their tokens go in the same write, so
    /// that none works a moment longer. Nothing is written if they have no access.
    ///
    /// # Errors
    /// [`Refusal::LastOwner`]; [`Refusal::Changed`] if the user is gone, or is not what was read
    /// any more.
    pub async fn user_deactivate(&self, user: &User, now: Timestamp) -> Result<(), StoreError> {
        if user.deactivated {
            return Ok(());
        }
        let update = Update::existing(Key::user(user.account, user.id))
            .set("deactivated", true)?
            .set("tokens", BTreeMap::<SecretHash, TokenValidity>::new())?
            .set("updated", now)?;
        let inactive = User {
            deactivated: true,
            ..user.clone()
        };
        self.change_standing(update, user, &inactive, vec![]).await
    }
}
