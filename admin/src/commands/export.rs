use crate::{
    Admin, AdminError,
    record::{AccountRecord, UserRecord},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use roster_domain::{Account, Direction, UserId};
use roster_dynamodb::{Repository, Row, UserPage};
use serde::Serialize;
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions, rename},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

/// Parts of the table that are read side by side.
const SEGMENTS: i32 = 4;

/// Users that are read at once, and accounts whose first users are.
const PAGE: usize = 500;
const AT_ONCE: usize = 16;

/// Writes all accounts and users that there are, by account and then by id, so that two exports of the same
/// data are the same.
pub(crate) async fn export(admin: &mut Admin, file: Option<PathBuf>) -> Result<(), AdminError> {
    if file.is_none() && admin.io.out_is_terminal() && !admin.yes {
        return Err(AdminError::new(
            "An export has password hashes and addresses, and this is a terminal. Name a file, or add --yes.",
        ));
    }
    let size = admin.repository.table_size().await?;
    admin.io.note(&format!(
        "Reading the whole table to find the accounts, and then the users of each: about {} read units.",
        size.scan_units() * 4
    ))?;
    let accounts = accounts(&admin.repository).await?;
    let bar = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {pos} users, {per_sec}");
    bar.set_style(style.map_err(|error| AdminError::new(error.to_string()))?);
    let Some(path) = file else {
        write_all(&admin.repository, accounts, &bar, admin.io.out()).await?;
        return Ok(());
    };
    // Under its name there is a whole export or none.
    let partial = path.with_added_extension("partial");
    let mut out = BufWriter::new(create(&partial, &path)?);
    let (accounts, users) = write_all(&admin.repository, accounts, &bar, &mut out).await?;
    out.into_inner()
        .map_err(|error| error.into_error())?
        .sync_all()?;
    rename(&partial, &path)?;
    bar.finish_and_clear();
    let result = json!({ "accounts": accounts, "users": users, "file": path });
    admin.io.show(admin.json, &result)
}

/// Nobody else on the machine reads it.
fn create(partial: &Path, path: &Path) -> Result<File, AdminError> {
    if path.exists() {
        let path = path.display();
        return Err(AdminError::new(format!(
            "{path} is there already. Name another file."
        )));
    }
    // One that an earlier run left.
    let _ = std::fs::remove_file(partial);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let created = options.open(partial);
    created.map_err(|error| {
        let partial = partial.display();
        AdminError::new(format!(
            "{partial} cannot be written: {error}. Name another file."
        ))
    })
}

/// The open accounts. Of those that are closed nobody is left.
async fn accounts(repository: &Repository) -> Result<Vec<Account>, AdminError> {
    let segments = stream::iter(0..SEGMENTS).map(|segment| async move {
        let (mut accounts, mut from) = (Vec::new(), None);
        loop {
            // An account that was opened just before must not be missing.
            let scanned = repository.scan((segment, SEGMENTS), from, true).await?;
            for row in scanned.rows {
                match row {
                    Row::Account(account) if !account.closed => accounts.push(*account),
                    // An export with somebody missing is no export.
                    Row::Unreadable(error) => return Err(AdminError::from(error)),
                    _ => {}
                }
            }
            from = scanned.next;
            if from.is_none() {
                return Ok(accounts);
            }
        }
    });
    let parts = segments.buffer_unordered(SEGMENTS.unsigned_abs() as usize);
    let parts: Vec<Vec<Account>> = parts.try_collect().await?;
    // A scan may meet a row again.
    let accounts = parts
        .into_iter()
        .flatten()
        .map(|account| (account.id, account));
    let accounts: BTreeMap<_, _> = accounts.collect();
    Ok(accounts.into_values().collect())
}

async fn write_all(
    repository: &Repository,
    accounts: Vec<Account>,
    bar: &ProgressBar,
    out: &mut (dyn Write + Send),
) -> Result<(u64, u64), AdminError> {
    let page = |account: Account| async move {
        let page = page(repository, &account, None).await?;
        Ok::<_, AdminError>((account, page))
    };
    let mut pages = stream::iter(accounts).map(page).buffered(AT_ONCE);
    let (mut accounts, mut users) = (0, 0);
    while let Some(read) = pages.next().await {
        let (account, mut users_of) = read?;
        write_line(out, &AccountRecord::of(&account))?;
        accounts += 1;
        loop {
            for user in &users_of.users {
                write_line(out, &UserRecord::of(user))?;
            }
            users += users_of.users.len() as u64;
            bar.set_position(users);
            let last = users_of.users.last().filter(|_| users_of.more);
            let Some(last) = last.map(|user| user.id) else {
                break;
            };
            users_of = page_of(repository, &account, last).await?;
        }
    }
    out.flush()?;
    Ok((accounts, users))
}

async fn page_of(
    repository: &Repository,
    account: &Account,
    from: UserId,
) -> Result<UserPage, AdminError> {
    page(repository, account, Some(from)).await
}

async fn page(
    repository: &Repository,
    account: &Account,
    from: Option<UserId>,
) -> Result<UserPage, AdminError> {
    let listed = repository.list_users(account.id, from, Direction::Forwards, PAGE);
    Ok(listed.await?)
}

fn write_line(out: &mut (dyn Write + Send), record: &impl Serialize) -> Result<(), AdminError> {
    serde_json::to_writer(&mut *out, record).map_err(std::io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}
