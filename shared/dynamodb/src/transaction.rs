use crate::{
    Refusal, Repository, StoreError,
    backoff::Backoff,
    error::is_throttling,
    item::{Item, to_item},
    keys::Key,
};
use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{CancellationReason, Delete, Put, TransactWriteItem},
};
use serde::Serialize;
use std::time::Duration;

/// The waits of a write that meets transactions.
pub(crate) fn conflicts() -> Backoff {
    Backoff::new(Duration::from_millis(20), 6)
}

/// One write of a transaction, and what it means when its condition does not hold.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) action: TransactWriteItem,
    pub(crate) refusal: Refusal,
}

impl Step {
    /// Puts an item where there is none.
    pub(crate) fn create(
        table: &str,
        key: Key,
        value: &impl Serialize,
        refusal: Refusal,
    ) -> Result<Self, StoreError> {
        Self::put(table, to_item(key, value)?, refusal)
    }

    fn put(table: &str, item: Item, refusal: Refusal) -> Result<Self, StoreError> {
        let put = Put::builder()
            .table_name(table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(PK)")
            .build()
            .map_err(StoreError::internal)?;
        Ok(Self {
            action: TransactWriteItem::builder().put(put).build(),
            refusal,
        })
    }

    /// Deletes an item, whether it is there or not.
    pub(crate) fn delete(table: &str, key: Key) -> Result<Self, StoreError> {
        let delete = Delete::builder()
            .table_name(table)
            .set_key(Some(key.into_item()))
            .build()
            .map_err(StoreError::internal)?;
        let action = TransactWriteItem::builder().delete(delete).build();
        Ok(Self {
            action,
            refusal: Refusal::Changed,
        })
    }
}

impl Repository {
    /// Writes all of the steps, or none.
    ///
    /// # Errors
    /// The refusal of the first step whose condition does not hold; [`StoreError::Unavailable`]
    /// when other transactions kept getting in the way.
    pub(crate) async fn transact(&self, steps: Vec<Step>) -> Result<(), StoreError> {
        let (actions, refusals): (Vec<_>, Vec<_>) = steps
            .into_iter()
            .map(|step| (step.action, step.refusal))
            .unzip();
        let mut conflicts = conflicts();
        loop {
            // The SDK adds a token, by which one of its retries finds that its predecessor did
            // write, though the answer was lost.
            let request = self.client.transact_write_items();
            let request = request.set_transact_items(Some(actions.clone()));
            let Err(error) = request.send().await else {
                return Ok(());
            };
            let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
                error.as_service_error()
            else {
                return Err(error.into());
            };
            match Cancelled::of(cancelled.cancellation_reasons(), &refusals) {
                Cancelled::Refused(refusal) => return Err(StoreError::Refused(refusal)),
                Cancelled::Invalid => return Err(StoreError::Internal(error.into())),
                Cancelled::Conflict => {}
            }
            if !conflicts.wait().await {
                return Err(StoreError::Unavailable(error.into()));
            }
        }
    }
}

enum Cancelled {
    Refused(Refusal),
    Conflict,
    Invalid,
}

impl Cancelled {
    /// Reasons come in the order of the steps. A condition that does not hold decides, whatever
    /// else was the matter.
    fn of(reasons: &[CancellationReason], refusals: &[Refusal]) -> Self {
        let refused = reasons
            .iter()
            .zip(refusals)
            .find(|(reason, _)| reason.code() == Some("ConditionalCheckFailed"));
        if let Some((_, refusal)) = refused {
            return Self::Refused(*refusal);
        }
        let passing = |code: Option<&str>| {
            is_throttling(code)
                || matches!(
                    code,
                    Some(
                        "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded"
                    )
                )
        };
        if reasons.iter().any(|reason| passing(reason.code())) {
            Self::Conflict
        } else {
            Self::Invalid
        }
    }
}
