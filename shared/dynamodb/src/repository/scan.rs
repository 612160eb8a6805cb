//! The whole table, for the operator's own program. No function may scan.

use super::{Position, Repository};
use crate::{
    StoreError,
    table::{Key, from_item},
};
use roster_domain::{Account, User};

/// A row of the table.
#[derive(Debug)]
pub enum Row {
    /// An account.
    Account(Box<Account>),
    /// A user.
    User(Box<User>),
    /// What follows from those, or is counted.
    Other,
    /// An account or a user that cannot be read.
    Unreadable(StoreError),
}

/// Some rows of the table.
#[derive(Debug)]
pub struct Scanned {
    /// The rows.
    pub rows: Vec<Row>,
    /// Where the next ones begin, if there may be more.
    pub next: Option<Position>,
}

/// How large the table is, as DynamoDB says: it counts anew about every six hours.
#[derive(Clone, Copy, Debug)]
pub struct TableSize {
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
}

impl TableSize {
    /// What a scan of all of it takes: half a read unit for every 4 KiB. A consistent one takes twice that.
    pub fn scan_units(self) -> u64 {
        self.bytes.div_ceil(8 * 1024)
    }
}

impl Repository {
    /// How large the table is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]; [`StoreError::Internal`], also if there is no such table.
    pub async fn table_size(&self) -> Result<TableSize, StoreError> {
        let request = self.table.client.describe_table();
        let described = request.table_name(&self.table.name).send().await?;
        let table = described
            .table
            .unwrap_or_else(|| aws_sdk_dynamodb::types::TableDescription::builder().build());
        let number = |found: Option<i64>| found.unwrap_or_default().unsigned_abs();
        Ok(TableSize {
            rows: number(table.item_count),
            bytes: number(table.table_size_bytes),
        })
    }

    /// Some rows of one of the `segments` that the table is read in side by side: up to a megabyte. What
    /// is written meanwhile may be among them or not; what was written before is, if it is
    /// `consistent`, which takes twice the read units.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Internal`].
    pub async fn scan(
        &self,
        (segment, segments): (i32, i32),
        from: Option<Position>,
        consistent: bool,
    ) -> Result<Scanned, StoreError> {
        let request = self
            .table
            .client
            .scan()
            .table_name(&self.table.name)
            .segment(segment)
            .total_segments(segments)
            .consistent_read(consistent)
            .set_exclusive_start_key(from.map(|position| position.0));
        let output = request.send().await?;
        let row = |item| {
            let key = Key::of(&item);
            let read = if key.is_account() {
                from_item(&key, item).map(|account| Row::Account(Box::new(account)))
            } else if key.is_user() {
                from_item(&key, item).map(|user| Row::User(Box::new(user)))
            } else {
                Ok(Row::Other)
            };
            read.unwrap_or_else(Row::Unreadable)
        };
        let next = output.last_evaluated_key.filter(|key| !key.is_empty());
        Ok(Scanned {
            rows: output
                .items
                .unwrap_or_default()
                .into_iter()
                .map(row)
                .collect(),
            next: next.map(Position),
        })
    }
}
