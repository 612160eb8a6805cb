use roster_domain::{Account, AccountId, EmailAddress, ShortText, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// An account as login shows one.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccountRecord<'a> {
    /// When someone of the account was last seen, to the hour.
    activity: Option<Timestamp>,
    /// Whether the account is closed.
    closed: bool,
    /// Device cloud id; null until one is set.
    cloud_id: Option<&'a ShortText>,
    /// When the account was opened.
    created: Timestamp,
    /// Email address that the account was opened with; null once its founder is removed.
    email: Option<&'a EmailAddress>,
    /// Id of the account.
    id: AccountId,
    /// Name of the account or company.
    name: Option<&'a ShortText>,
}

impl<'a> From<&'a Account> for AccountRecord<'a> {
    fn from(account: &'a Account) -> Self {
        Self {
            activity: account.activity,
            closed: account.closed,
            cloud_id: account.cloud_id.as_ref(),
            created: account.created_at,
            email: account.email.as_ref(),
            id: account.id,
            name: account.name.as_ref(),
        }
    }
}
