//! Users from elsewhere.
//!
//! Every line is one user, whose id follows from the line: so what is in the table already is done, and a
//! run that was stopped anywhere is gone on with by running it again. A user is written whole, with all
//! names, in one transaction with others of the account.

mod cognito;
mod invitations;
mod lines;
mod rejected;
mod writer;

use crate::{
    Admin, AdminError, Outcome,
    options::ImportArgs,
    record::{Rejection, UserRecord, account_named},
};
use indicatif::{ProgressBar, ProgressStyle};
use lines::{Entry, Lines};
use rejected::RejectedFile;
use roster_domain::{Account, AccountId, Timestamp, User};
use roster_dynamodb::Repository;
use serde_json::json;
use std::{
    collections::{HashMap, hash_map},
    time::Instant,
};
use writer::{Batch, Tally, Writers};

/// Users of an account that are handed on together: as many as one `BatchGetItem` reads.
const BATCH: usize = 100;

/// Users that wait at most until their account has a whole batch.
const WAITING: usize = 5000;

/// A user, and the line that they come from.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    line: u64,
    user: User,
}

/// Imports a file.
pub(crate) async fn import(admin: &mut Admin, args: ImportArgs) -> Result<Outcome, AdminError> {
    let started = Instant::now();
    let mut lines = Lines::open(&args.file, args.format)?;
    let mut rejected = RejectedFile::of(&args)?;
    say_what(admin, &args)?;
    let bar = progress_bar(lines.size())?;
    let (mut seen, now) = (Seen::default(), admin.clock.now());
    let mut accounts = Accounts {
        repository: admin.repository.clone(),
        default: args.account.clone(),
        now,
        dry_run: args.dry_run,
        known: HashMap::new(),
        opened: 0,
    };
    let mut waiting: HashMap<AccountId, Vec<Item>> = HashMap::new();
    let mut count = 0;
    let mut writers = Writers::start(&admin.repository, &admin.clock, &args);
    while let Some((line, entry)) = lines.next()? {
        let item = match entry {
            Ok(Entry::Account(record)) => match record.account() {
                Ok(account) => accounts.take(account).await?.map(|()| None),
                Err(reason) => Err(reason),
            },
            Ok(Entry::User(record)) => accounts.user_of(&record).await?.and_then(|user| {
                seen.take(&user, line, now)?;
                Ok(Some(Item { line, user }))
            }),
            Err(reason) => Err(reason),
        };
        match item {
            Ok(None) => {}
            Ok(Some(item)) => {
                let account = item.user.account;
                let of_account = waiting.entry(account).or_default();
                of_account.push(item);
                count += 1;
                if of_account.len() >= BATCH {
                    count -= of_account.len();
                    let items = std::mem::take(of_account);
                    writers.write(Batch { account, items }).await?;
                }
            }
            Err(reason) => rejected.add(line, &reason)?,
        }
        if count >= WAITING {
            hand_on(&mut writers, &mut waiting).await?;
            count = 0;
        }
        bar.set_position(lines.position());
    }
    hand_on(&mut writers, &mut waiting).await?;
    let mut tally = writers.finish().await?;
    bar.finish_and_clear();
    for (line, reason) in &tally.rejected {
        rejected.add(*line, reason)?;
    }
    if args.send_invitations && !args.dry_run {
        invitations::send(admin, &mut tally, args.invitations_per_day).await?;
    }
    rejected.finish(args.dry_run)?;
    summarize(admin, &args, &tally, &rejected, (accounts.opened, started))
}

async fn hand_on(
    writers: &mut Writers,
    waiting: &mut HashMap<AccountId, Vec<Item>>,
) -> Result<(), AdminError> {
    for (account, items) in waiting.drain().filter(|(_, items)| !items.is_empty()) {
        writers.write(Batch { account, items }).await?;
    }
    Ok(())
}

fn say_what(admin: &mut Admin, args: &ImportArgs) -> Result<(), AdminError> {
    let file = args.file.display();
    admin.io.note(&match args.dry_run {
        true => format!("Checking {file}: nothing is written."),
        false => format!(
            "Importing {file}. If it is stopped, run it again: users who are there already are done. Events \
             go out for everybody who is imported, with the actor `operator`."
        ),
    })
}

fn progress_bar(size: u64) -> Result<ProgressBar, AdminError> {
    let bar = ProgressBar::new(size);
    let style = "{wide_bar} {bytes} of {total_bytes}, {eta} left";
    let style = ProgressStyle::with_template(style);
    bar.set_style(style.map_err(|error| AdminError::new(error.to_string()))?);
    Ok(bar)
}

fn summarize(
    admin: &mut Admin,
    args: &ImportArgs,
    tally: &Tally,
    rejected: &RejectedFile,
    (accounts, started): (u64, Instant),
) -> Result<Outcome, AdminError> {
    let seconds = started.elapsed().as_secs_f64();
    let per_second = tally.imported as f64 / seconds.max(0.001);
    let mut result = json!({
        "dryRun": args.dry_run,
        "accountsOpened": accounts,
        "imported": tally.imported,
        "alreadyThere": tally.present,
        "rejected": rejected.count(),
        "invitationsRequested": tally.invitations,
        "invitationsLeft": tally.uninvited.len(),
        "seconds": (seconds * 10.0).round() / 10.0,
        "usersPerSecond": per_second.round(),
    });
    if rejected.count() > 0 {
        result["rejectedFile"] = json!(rejected.path());
    }
    admin.io.show(admin.json, &result)?;
    if !tally.uninvited.is_empty() && !args.dry_run {
        admin.io.note(match args.send_invitations {
            true => {
                "Some invitations are left: the account, or the address, has had its mails of the day. Run \
                 the same command again tomorrow."
            }
            false => {
                "Users who have yet to join were mailed nothing. To invite them, run the same command again \
                 with --send-invitations."
            }
        })?;
    }
    match rejected.count() {
        0 => Ok(Outcome::Done),
        _ => Ok(Outcome::Rejected),
    }
}

/// The accounts that users are put into.
struct Accounts {
    repository: Repository,
    default: Option<String>,
    now: Timestamp,
    dry_run: bool,
    known: HashMap<String, Result<Account, Rejection>>,
    opened: u64,
}

impl Accounts {
    /// An account that has a line of its own.
    async fn take(&mut self, account: Account) -> Result<Result<(), Rejection>, AdminError> {
        let name = account.id.to_string();
        let taken = self.open(account).await?;
        let outcome = taken.as_ref().map(drop).map_err(Clone::clone);
        self.known.insert(name, taken);
        Ok(outcome)
    }

    async fn user_of(
        &mut self,
        record: &UserRecord,
    ) -> Result<Result<User, Rejection>, AdminError> {
        let named = record
            .account
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let Some(name) = named.or(self.default.as_deref()).map(str::to_owned) else {
            let reason = "account is missing: add the column, or name one for all with --account";
            return Ok(Err(reason.into()));
        };
        if !self.known.contains_key(&name) {
            let account = self.find(&name).await?;
            self.known.insert(name.clone(), account);
        }
        Ok(match &self.known[&name] {
            Ok(account) => record.user(account, self.now),
            Err(reason) => Err(reason.clone()),
        })
    }

    async fn find(&mut self, name: &str) -> Result<Result<Account, Rejection>, AdminError> {
        match name.parse::<AccountId>() {
            Ok(id) => match self.repository.get_account(id).await? {
                Some(account) => Ok(require_open(account)),
                None => Ok(Err(format!("account {id} is not in the table"))),
            },
            Err(_) => match account_named(name, self.now) {
                Ok(account) => self.open(account).await,
                Err(reason) => Ok(Err(reason)),
            },
        }
    }

    /// The account as it is in the table, where it is put if it is not there.
    async fn open(&mut self, account: Account) -> Result<Result<Account, Rejection>, AdminError> {
        if let Some(found) = self.repository.get_account(account.id).await? {
            return Ok(require_open(found));
        }
        self.opened += 1;
        if self.dry_run {
            return Ok(Ok(account));
        }
        self.repository.import_account(&account).await?;
        let found = self.repository.get_account(account.id).await?;
        Ok(require_open(found.unwrap_or(account)))
    }
}

fn require_open(account: Account) -> Result<Account, Rejection> {
    match account.closed {
        false => Ok(account),
        true => Err(format!("account {} is closed", account.id)),
    }
}

/// The names that lines before had, by their hashes: a file may have millions.
#[derive(Default)]
struct Seen(HashMap<[u8; 16], u64>);

impl Seen {
    /// # Errors
    /// Another line has a name of the user's.
    fn take(&mut self, user: &User, line: u64, now: Timestamp) -> Result<(), Rejection> {
        let account = user.account.to_string();
        let email = user.email.key();
        let mut names = vec![
            ("email", format!("email\0{account}\0{email}")),
            ("id", format!("id\0{account}\0{}", user.id)),
        ];
        if user.logs_in_by_email() {
            names.push(("email", format!("login\0{email}")));
        }
        if let Some(kept) = user.kept_email(now) {
            let email = kept.email.key();
            names.push(("previous_email", format!("email\0{account}\0{email}")));
            names.push(("previous_email", format!("login\0{email}")));
        }
        let username = user.username.as_ref();
        names.extend(username.map(|name| ("username", format!("username\0{}", name.key()))));
        let names: Vec<_> = names
            .into_iter()
            .map(|(field, name)| (field, hash_of(&name)))
            .collect();
        for (field, name) in &names {
            if let Some(line) = self.0.get(name) {
                return Err(format!("{field} is that of line {line} already"));
            }
        }
        for (_, name) in names {
            if let hash_map::Entry::Vacant(place) = self.0.entry(name) {
                place.insert(line);
            }
        }
        Ok(())
    }
}

fn hash_of(text: &str) -> [u8; 16] {
    let hash = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    bytes
}
