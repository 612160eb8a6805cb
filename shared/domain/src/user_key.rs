use crate::{AccountId, UserId};

/// What names one user in the whole system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserKey {
    /// The account that the user is in.
    pub account: AccountId,
    /// The user's id in that account.
    pub user: UserId,
}
