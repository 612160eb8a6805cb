use super::Repository;
use crate::{
    StoreError,
    table::{Item, Key, PK, SK, USER_PREFIX, account_partition, from_item},
};
use aws_sdk_dynamodb::types::AttributeValue;
use roster_domain::{AccountId, Direction, User, UserId, UserKey};

/// Some users of an account, one after the other.
#[derive(Clone, Debug)]
pub struct UserPage {
    /// In the direction that was asked for.
    pub users: Vec<User>,
    /// Whether there are users beyond the last of these.
    pub more: bool,
}

impl Repository {
    /// Up to `limit` of an account's users, whatever their state, next to (and without) `from`:
    /// oldest first when walking forwards, newest first backwards. `None` starts at that end.
    ///
    /// A user who stays is met exactly once, whoever else comes and goes between the pages; `from` need
    /// not be there any more. One strongly consistent query, and another for each further
    /// megabyte, which is as much as DynamoDB reads at once: about a thousand ordinary users.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] if any row among them is; [`StoreError::Unavailable`],
    /// [`StoreError::Internal`].
    pub async fn list_users(
        &self,
        account: AccountId,
        from: Option<UserId>,
        direction: Direction,
        limit: usize,
    ) -> Result<UserPage, StoreError> {
        // One more than is returned tells whether anyone follows.
        let wanted = limit.saturating_add(1);
        let mut start = from.map(|user| Key::user(UserKey { account, user }).into_item());
        let mut users = Vec::new();
        while users.len() < wanted {
            let left = wanted - users.len();
            let (items, next) = self
                .query(account, USER_PREFIX, start, direction, left)
                .await?;
            for item in items {
                users.push(from_item(&Key::of(&item), item)?);
            }
            start = next;
            if start.is_none() {
                break;
            }
        }
        let more = users.len() > limit;
        users.truncate(limit);
        Ok(UserPage { users, more })
    }

    /// One query of rows of an account whose sort keys begin with `prefix`: its items, and where the
    /// next one starts if this one did not reach the end.
    pub(super) async fn query(
        &self,
        account: AccountId,
        prefix: &str,
        start: Option<Item>,
        direction: Direction,
        limit: usize,
    ) -> Result<(Vec<Item>, Option<Item>), StoreError> {
        let request = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .key_condition_expression("#pk = :account AND begins_with(#sk, :prefix)")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#sk", SK)
            .expression_attribute_values(":account", AttributeValue::S(account_partition(account)))
            .expression_attribute_values(":prefix", AttributeValue::S(prefix.into()))
            .set_exclusive_start_key(start)
            .scan_index_forward(direction == Direction::Forwards)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .consistent_read(true);
        let output = self.table.until_deadline(request.send()).await??;
        let next = output.last_evaluated_key.filter(|key| !key.is_empty());
        Ok((output.items.unwrap_or_default(), next))
    }
}
