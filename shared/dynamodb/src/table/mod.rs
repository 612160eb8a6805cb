//! The one table: its keys, its items, and the calls that read and write them.
//!
//! What the items mean is the business of the repository.

mod attribute;
mod item;
mod keys;
mod row_change;
mod transaction;
mod update;

pub(crate) use item::{Item, from_item, to_attributes, to_item};
pub(crate) use keys::{Key, PK, SK, USER_PREFIX, account_partition};
pub use row_change::{OldAndNew, RowChange};
pub(crate) use transaction::TransactWrite;
pub(crate) use update::Update;

use crate::{Backoff, StoreError};
use aws_sdk_dynamodb::{Client, types::KeysAndAttributes};
use serde::de::DeserializeOwned;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// The waits between requests for rows that DynamoDB left out of a response, as it does when it
/// throttles.
const FIRST_BACKOFF: Duration = Duration::from_millis(50);
const RETRIES: u32 = 4;

/// An attempt at a call takes a few milliseconds at best: with less time left, none is begun.
const LEAST_TIME: Duration = Duration::from_millis(20);

/// The table, as the SDK's client reaches it.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
    /// When every call has ended.
    pub(crate) deadline: Option<Instant>,
    /// How many calls were begun.
    pub(crate) calls: Arc<AtomicU64>,
}

impl Table {
    /// One strongly consistent read of the value at `key`.
    pub(crate) async fn get<T: DeserializeOwned>(&self, key: Key) -> Result<Option<T>, StoreError> {
        let item = self.get_item(&key).await?;
        item.map(|item| from_item(&key, item)).transpose()
    }

    /// One strongly consistent read of the items at `keys`, which have to be different ones: with
    /// `GetItem`, or with `BatchGetItem` for several. What is read together costs one round trip, one
    /// signature and one connection, and no more capacity.
    pub(crate) async fn read(&self, keys: &[Key]) -> Result<Vec<(Key, Item)>, StoreError> {
        if let [key] = keys {
            let item = self.get_item(key).await?;
            return Ok(item.into_iter().map(|item| (key.clone(), item)).collect());
        }
        let mut found = Vec::with_capacity(keys.len());
        let mut wanted: Vec<Item> = keys.iter().cloned().map(Key::into_item).collect();
        let mut backoff = Backoff::new(FIRST_BACKOFF, RETRIES).until(self.deadline);
        while !wanted.is_empty() {
            let keys = KeysAndAttributes::builder()
                .set_keys(Some(wanted))
                .consistent_read(true)
                .build()
                .map_err(StoreError::internal)?;
            let request = self.client.batch_get_item();
            let request = request.request_items(&self.name, keys);
            let response = self.until_deadline(request.send()).await??;
            let items = response.responses.into_iter().flatten();
            let items = items.flat_map(|(_table, items)| items);
            found.extend(items.map(|item| (Key::of(&item), item)));
            let left = response.unprocessed_keys.into_iter().flatten();
            wanted = left.flat_map(|(_table, left)| left.keys).collect();
            if !wanted.is_empty() && !backoff.wait().await {
                return Err(StoreError::Unavailable("the store left rows out".into()));
            }
        }
        Ok(found)
    }

    /// The outcome of a call that is begun only if it can end before the deadline, and given up then.
    pub(crate) async fn until_deadline<T>(
        &self,
        call: impl Future<Output = T>,
    ) -> Result<T, StoreError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let Some(deadline) = self.deadline else {
            return Ok(call.await);
        };
        let too_late = || StoreError::Unavailable("the time of the request is up".into());
        if Instant::now() + LEAST_TIME >= deadline {
            return Err(too_late());
        }
        let outcome = tokio::time::timeout_at(deadline.into(), call).await;
        outcome.map_err(|_| too_late())
    }

    async fn get_item(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        let request = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key.clone().into_item()))
            .consistent_read(true);
        Ok(self.until_deadline(request.send()).await??.item)
    }
}
