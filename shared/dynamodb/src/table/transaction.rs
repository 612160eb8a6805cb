use super::{
    Item, Key, Table, Update, item::to_attribute, to_item, update::with_key_and_conditions,
};
use crate::{Backoff, Conflict, StoreError, error::is_throttling};
use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        CancellationReason, ConditionCheck, Delete, Put,
        ReturnValuesOnConditionCheckFailure as HandBack, TransactWriteItem, Update as SdkUpdate,
    },
};
use roster_domain::Timestamp;
use serde::Serialize;
use std::time::Duration;

/// The waits of a write that meets transactions.
pub(super) fn conflict_backoff() -> Backoff {
    Backoff::new(Duration::from_millis(20), 6)
}

/// One write of a transaction, and what it means when its condition does not hold.
pub(crate) struct TransactWrite {
    action: Action,
    conflict: Conflict,
}

enum Action {
    /// Where there is no item, or one that is over at this time.
    Create(Item, Option<Timestamp>),
    Update(Update),
    Check(Update),
    Delete(Update),
}

impl TransactWrite {
    /// Puts an item where there is none.
    pub(crate) fn create(
        key: Key,
        value: &impl Serialize,
        conflict: Conflict,
    ) -> Result<Self, StoreError> {
        let action = Action::Create(to_item(key, value)?, None);
        Ok(Self { action, conflict })
    }

    /// Puts an item where there is none, or one whose `until` is past.
    pub(crate) fn create_if_over(
        key: Key,
        value: &impl Serialize,
        now: Timestamp,
        conflict: Conflict,
    ) -> Result<Self, StoreError> {
        let action = Action::Create(to_item(key, value)?, Some(now));
        Ok(Self { action, conflict })
    }

    /// Sends an update.
    pub(crate) fn update(update: Update, conflict: Conflict) -> Self {
        let action = Action::Update(update);
        Self { action, conflict }
    }

    /// Writes nothing, on the conditions of `update`.
    pub(crate) fn check(update: Update) -> Self {
        let (action, conflict) = (Action::Check(update), Conflict::Stale);
        Self { action, conflict }
    }

    /// Deletes an item, on the conditions of `update`.
    pub(crate) fn delete_if(update: Update) -> Self {
        let (action, conflict) = (Action::Delete(update), Conflict::Stale);
        Self { action, conflict }
    }

    /// Deletes an item, whether it is there or not.
    pub(crate) fn delete(key: Key) -> Self {
        Self::delete_if(Update::upsert(key))
    }

    /// The same write, which means something else when its condition does not hold.
    pub(crate) fn or(self, conflict: Conflict) -> Self {
        Self { conflict, ..self }
    }

    fn into_sdk(self, table: &str) -> Result<TransactWriteItem, StoreError> {
        let item = TransactWriteItem::builder();
        let item = match self.action {
            Action::Create(values, over_at) => {
                let put = Put::builder().table_name(table).set_item(Some(values));
                let put = match over_at {
                    None => put.condition_expression("attribute_not_exists(PK)"),
                    Some(now) => put
                        .condition_expression("attribute_not_exists(PK) OR #until <= :now")
                        .expression_attribute_names("#until", "until")
                        .expression_attribute_values(":now", to_attribute(now)?),
                };
                item.put(put.build().map_err(StoreError::internal)?)
            }
            Action::Update(update) => {
                let update = update.checked()?;
                let builder = SdkUpdate::builder()
                    .update_expression(update.expression())
                    .return_values_on_condition_check_failure(match self.conflict {
                        // The time to wait is made from what is there.
                        Conflict::TooManyMails(_) => HandBack::AllOld,
                        _ => HandBack::None,
                    });
                let update = with_key_and_conditions!(builder, update, table).build();
                item.update(update.map_err(StoreError::internal)?)
            }
            Action::Check(update) => {
                let update = update.checked()?;
                let builder = ConditionCheck::builder();
                let check = with_key_and_conditions!(builder, update, table).build();
                item.condition_check(check.map_err(StoreError::internal)?)
            }
            Action::Delete(update) => {
                let update = update.checked()?;
                let delete = with_key_and_conditions!(Delete::builder(), update, table).build();
                item.delete(delete.map_err(StoreError::internal)?)
            }
        };
        Ok(item.build())
    }
}

impl Table {
    /// Writes all of `writes`, or none.
    ///
    /// # Errors
    /// The conflict of the first write whose condition does not hold; [`StoreError::Unavailable`]
    /// when other transactions kept getting in the way.
    pub(crate) async fn transact(&self, writes: Vec<TransactWrite>) -> Result<(), StoreError> {
        let written = self.transact_or_read(writes).await;
        written.map_err(|(error, _)| error)
    }

    /// See [`Table::transact`]; with [`Conflict::TooManyMails`] comes the item that is in the way, and
    /// with any other error an empty one.
    pub(crate) async fn transact_or_read(
        &self,
        writes: Vec<TransactWrite>,
    ) -> Result<(), (StoreError, Item)> {
        let failed = |error: StoreError| (error, Item::new());
        let conflicts: Vec<Conflict> = writes.iter().map(|write| write.conflict).collect();
        let items = writes.into_iter().map(|write| write.into_sdk(&self.name));
        let items: Vec<_> = items.collect::<Result<_, _>>().map_err(failed)?;
        let mut backoff = conflict_backoff().until(self.deadline);
        let token = request_token().map_err(failed)?;
        loop {
            // By the token an attempt finds that an earlier one did write, though the response was
            // lost: it is the same for all of them.
            let request = self
                .client
                .transact_write_items()
                .client_request_token(&token)
                .set_transact_items(Some(items.clone()));
            let sent = self.until_deadline(request.send()).await.map_err(failed)?;
            let Err(error) = sent else {
                return Ok(());
            };
            let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
                error.as_service_error()
            else {
                return Err(failed(error.into()));
            };
            match Cancelled::of(cancelled.cancellation_reasons(), &conflicts) {
                Cancelled::Conflict(conflict, item) => {
                    return Err((StoreError::Conflict(conflict), item));
                }
                Cancelled::Invalid => return Err(failed(StoreError::Internal(error.into()))),
                Cancelled::Busy => {}
            }
            if !backoff.wait().await {
                return Err(failed(StoreError::Unavailable(error.into())));
            }
        }
    }
}

/// At most 36 characters, says DynamoDB.
fn request_token() -> Result<String, StoreError> {
    let (high, low) = (getrandom::u64(), getrandom::u64());
    let (high, low) = high
        .and_then(|high| Ok((high, low?)))
        .map_err(StoreError::internal)?;
    Ok(format!("{high:016x}{low:016x}"))
}

/// Why DynamoDB cancelled a transaction.
enum Cancelled {
    /// A condition does not hold.
    Conflict(Conflict, Item),
    /// Another write was in the way, or the table is throttled.
    Busy,
    /// A defect of ours.
    Invalid,
}

impl Cancelled {
    /// Reasons come in the order of the writes. A condition that does not hold decides, whatever
    /// else was the matter.
    fn of(reasons: &[CancellationReason], conflicts: &[Conflict]) -> Self {
        let failed = reasons
            .iter()
            .zip(conflicts)
            .find(|(reason, _)| reason.code() == Some("ConditionalCheckFailed"));
        if let Some((reason, conflict)) = failed {
            return Self::Conflict(*conflict, reason.item().cloned().unwrap_or_default());
        }
        let is_transient = |code: Option<&str>| {
            is_throttling(code)
                || matches!(
                    code,
                    Some(
                        "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded"
                    )
                )
        };
        if reasons.iter().any(|reason| is_transient(reason.code())) {
            Self::Busy
        } else {
            Self::Invalid
        }
    }
}
