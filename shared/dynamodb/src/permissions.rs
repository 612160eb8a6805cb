use crate::{Repository, StoreError, keys::Key, update::Update};
use roster_domain::{PermissionChanges, Role, Timestamp, User};

impl Repository {
    /// Sets the permissions that `changes` names, and no others, of a user who was read as `user`;
    /// the user as they are then. Two people who set different ones at once both win.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the user is gone, or is no longer one whose permissions can be set:
    /// admins and owners hold them all.
    pub async fn user_set_permissions(
        &self,
        user: &User,
        changes: PermissionChanges,
        now: Timestamp,
    ) -> Result<User, StoreError> {
        if changes == PermissionChanges::default() {
            return Ok(user.clone());
        }
        let mut update = Update::existing(Key::user(user.account, user.id))
            .set("updated", now)?
            .only_if("role", "=", Role::User)?;
        for (name, granted) in changes.named() {
            update = update.set(&format!("permissions.{name}"), granted)?;
        }
        self.send(update).await
    }
}
