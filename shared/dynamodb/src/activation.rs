use crate::{Refusal, Repository, StoreError, keys::Key, update::Update};
use roster_domain::{SecretHash, Timestamp, User};
use std::collections::BTreeMap;

impl Repository {
    /// Gives a user who was read as `user` their access back. Nothing is written if they have it;
    /// who is still invited stays so.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the user is gone, or is not what was read any more.
    pub async fn user_activate(&self, user: &User, now: Timestamp) -> Result<(), StoreError> {
        if !user.deactivated {
            return Ok(());
        }
        let update = as_read(user)?
            .set("deactivated", false)?
            .set("updated", now)?;
        let active = User {
            deactivated: false,
            ..user.clone()
        };
        if !active.is_active_owner() {
            return self.send_only(update).await;
        }
        self.transact(vec![
            update.into_step(&self.table, Refusal::Changed)?,
            self.count_owner(user.account)?,
        ])
        .await
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
        let update = as_read(user)?
            .set("deactivated", true)?
            .set("tokens", BTreeMap::<SecretHash, Timestamp>::new())?
            .set("updated", now)?;
        if !user.is_active_owner() {
            return self.send_only(update).await;
        }
        self.transact(vec![
            // First: if they were changed, there may be no owner to count.
            update.into_step(&self.table, Refusal::Changed)?,
            self.discount_owner(user.account)?,
        ])
        .await
    }
}

/// An update of what may be done to a user, and of whether they count as an active owner: it holds
/// for nobody but the user as they were read.
fn as_read(user: &User) -> Result<Update, StoreError> {
    Update::existing(Key::user(user.account, user.id))
        .only_if("role", "=", user.role)?
        .only_if("joined", "=", user.joined)?
        .only_if("deactivated", "=", user.deactivated)
}
