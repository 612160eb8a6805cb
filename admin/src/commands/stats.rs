use crate::{Admin, AdminError, commands::find::state_of};
use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use roster_dynamodb::{Repository, Row};
use serde_json::json;
use std::collections::BTreeMap;

#[derive(Default)]
struct Counts {
    accounts: u64,
    closed: u64,
    users: BTreeMap<&'static str, u64>,
    verified: u64,
    password_kinds: BTreeMap<&'static str, u64>,
    other: u64,
    unreadable: u64,
}

/// Counts accounts and users.
pub(crate) async fn stats(admin: &mut Admin, segments: i32) -> Result<(), AdminError> {
    let size = admin.repository.table_size().await?;
    admin.io.note(&format!(
        "The table has about {} rows and {} bytes (DynamoDB counts every six hours): reading all of it takes \
         about {} read units.",
        size.rows,
        size.bytes,
        size.scan_units()
    ))?;
    let bar = ProgressBar::new(size.rows);
    let style = ProgressStyle::with_template("{wide_bar} {pos} of about {len} rows, {per_sec}");
    bar.set_style(style.map_err(|error| AdminError::new(error.to_string()))?);
    let repository = &admin.repository;
    let of_segment = |segment| count(repository, (segment, segments), &bar);
    let parts = stream::iter(0..segments).map(of_segment);
    let parts: Vec<_> = parts
        .buffer_unordered(segments.unsigned_abs() as usize)
        .collect()
        .await;
    bar.finish_and_clear();
    let mut all = Counts::default();
    for part in parts {
        all.add(part?);
    }
    let result = json!({
        "accounts": all.accounts,
        "closedAccounts": all.closed,
        "users": all.users.values().sum::<u64>(),
        "usersByState": all.users,
        "verifiedUsers": all.verified,
        "passwords": all.password_kinds,
        "otherRows": all.other,
        "unreadableRows": all.unreadable,
    });
    admin.io.show(admin.json, &result)
}

async fn count(
    repository: &Repository,
    segment: (i32, i32),
    bar: &ProgressBar,
) -> Result<Counts, AdminError> {
    let (mut counts, mut from) = (Counts::default(), None);
    loop {
        let scanned = repository.scan(segment, from, false).await?;
        bar.inc(scanned.rows.len() as u64);
        for row in &scanned.rows {
            counts.take(row);
        }
        from = scanned.next;
        if from.is_none() {
            return Ok(counts);
        }
    }
}

impl Counts {
    fn take(&mut self, row: &Row) {
        match row {
            Row::Account(account) if account.closed => self.closed += 1,
            Row::Account(_) => self.accounts += 1,
            Row::User(user) => {
                *self.users.entry(state_of(user.status)).or_default() += 1;
                self.verified += u64::from(user.email_verified);
                let kind = user
                    .password
                    .as_ref()
                    .map_or("none", |password| password.kind());
                *self.password_kinds.entry(kind).or_default() += 1;
            }
            Row::Other => self.other += 1,
            Row::Unreadable(_) => self.unreadable += 1,
        }
    }

    fn add(&mut self, other: Self) {
        self.accounts += other.accounts;
        self.closed += other.closed;
        self.verified += other.verified;
        self.other += other.other;
        self.unreadable += other.unreadable;
        for (name, count) in other.users {
            *self.users.entry(name).or_default() += count;
        }
        for (name, count) in other.password_kinds {
            *self.password_kinds.entry(name).or_default() += count;
        }
    }
}
