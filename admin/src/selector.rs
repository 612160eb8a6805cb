//! Which user or account the operator means.

use crate::{Admin, AdminError, options::UserArgs};
use futures_util::{StreamExt, stream};
use roster_domain::{Account, AccountId, CodePurpose, EmailAddress, User, UserId, UserKey};
use roster_dynamodb::{LoginName, Reads, Row};

/// Parts of the table that are read side by side.
const SEGMENTS: i32 = 4;

/// What a name is of.
pub(crate) enum Selected {
    User(Box<User>),
    Account(Box<Account>),
}

impl Admin {
    /// The user whom the operator names.
    ///
    /// # Errors
    /// Nobody has the name, or several have.
    pub(crate) async fn user(&mut self, args: &UserArgs) -> Result<User, AdminError> {
        match self.select(args).await? {
            Selected::User(user) => Ok(*user),
            Selected::Account(_) => Err(AdminError::new(
                "That is the id of an account. Name a user: `find` shows those of the account.",
            )),
        }
    }

    /// The account of this id.
    ///
    /// # Errors
    /// There is none.
    pub(crate) async fn account(&self, id: AccountId) -> Result<Account, AdminError> {
        let account = self.repository.get_account(id).await?;
        account.ok_or_else(|| AdminError::new(format!("There is no account {id} in this table.")))
    }

    /// The user or account that the operator names.
    ///
    /// # Errors
    /// See [`Admin::user`].
    pub(crate) async fn select(&mut self, args: &UserArgs) -> Result<Selected, AdminError> {
        let name = args.name.trim();
        if let Some((account, user)) = name.split_once('/') {
            let (account, user) = (parse(account)?, parse(user)?);
            return self.of_ids(UserKey { account, user }).await;
        }
        if let Ok(email) = name.parse::<EmailAddress>() {
            return self.of_email(&email, args).await;
        }
        if let Ok(user) = name.parse::<UserId>() {
            if let Some(account) = args.account {
                return self.of_ids(UserKey { account, user }).await;
            }
            let account = self.repository.get_account(parse(name)?).await?;
            if let Some(account) = account {
                return Ok(Selected::Account(account.into()));
            }
            return self.by_scan(args, |found| found.id == user).await;
        }
        let username = name.parse().map_err(|error| {
            AdminError::new(format!(
                "`{name}` is neither an address nor an id, and as a username it {error}."
            ))
        })?;
        match self.of_login(&LoginName::Username(username)).await? {
            Some(user) => Ok(Selected::User(user.into())),
            None => Err(nobody(
                name,
                "A username is its user's from the sign-up on.",
            )),
        }
    }

    async fn of_ids(&self, key: UserKey) -> Result<Selected, AdminError> {
        let user = self.repository.get_user(key).await?;
        let user = user.ok_or_else(|| {
            let UserKey { account, user } = key;
            AdminError::new(format!("There is no user {user} in the account {account}."))
        })?;
        Ok(Selected::User(user.into()))
    }

    async fn of_login(&self, name: &LoginName) -> Result<Option<User>, AdminError> {
        let now = self.clock.now();
        let login = self.repository.get_login(name).await?;
        match login.filter(|login| login.is_kept(now)) {
            Some(login) => Ok(self.repository.get_user(login.user()).await?),
            None => Ok(None),
        }
    }

    /// Who logs in by it; else who was mailed an invitation there.
    async fn of_email(
        &mut self,
        email: &EmailAddress,
        args: &UserArgs,
    ) -> Result<Selected, AdminError> {
        if let Some(account) = args.account {
            let mut reads = Reads::default();
            let slot = reads.email_owner(account, email);
            let owner = self.repository.read(reads).await?.take(slot)?;
            // The row of an address that was given up stays until DynamoDB deletes it.
            let owner = owner.filter(|owner| owner.is_kept(self.clock.now()));
            let owner = owner.ok_or_else(|| nobody(&args.name, "Look in another account."))?;
            let user = owner.user;
            return self.of_ids(UserKey { account, user }).await;
        }
        if let Some(user) = self.of_login(&LoginName::Email(email.clone())).await? {
            return Ok(Selected::User(user.into()));
        }
        let mut reads = Reads::default();
        let slot = reads.mails_sent(CodePurpose::Invitation, email);
        let mails = self.repository.read(reads).await?.take(slot)?;
        let mut invited = Vec::new();
        for key in mails.unwrap_or_default().recipients() {
            let user = self.repository.get_user(key).await?;
            invited.extend(user.filter(|user| user.email.matches(email)));
        }
        match <[User; 1]>::try_from(invited) {
            Ok([user]) => Ok(Selected::User(user.into())),
            Err(none) if none.is_empty() => {
                self.by_scan(args, |found| found.email.matches(email)).await
            }
            Err(several) => Err(choose(&several)),
        }
    }

    async fn by_scan(
        &mut self,
        args: &UserArgs,
        is_meant: impl Fn(&User) -> bool,
    ) -> Result<Selected, AdminError> {
        let size = self.repository.table_size().await?;
        let units = size.scan_units();
        if !args.scan {
            let hint = format!(
                "A user who was invited and mailed nothing in 30 days, and a user by the bare id, are found \
                 with --account ID, or with --scan, which reads the whole table (about {units} read units)."
            );
            return Err(nobody(&args.name, &hint));
        }
        self.io.note(&format!(
            "Reading the whole table: about {units} read units."
        ))?;
        let segments = stream::iter(0..SEGMENTS).map(|segment| self.users_of(segment, &is_meant));
        let found: Vec<_> = segments.buffer_unordered(SEGMENTS as usize).collect().await;
        let found: Result<Vec<Vec<User>>, AdminError> = found.into_iter().collect();
        match <[User; 1]>::try_from(found?.concat()) {
            Ok([user]) => Ok(Selected::User(user.into())),
            Err(none) if none.is_empty() => Err(nobody(&args.name, "All of the table was read.")),
            Err(several) => Err(choose(&several)),
        }
    }

    async fn users_of(
        &self,
        segment: i32,
        is_meant: impl Fn(&User) -> bool,
    ) -> Result<Vec<User>, AdminError> {
        let (mut users, mut from) = (Vec::new(), None);
        loop {
            let scanned = self
                .repository
                .scan((segment, SEGMENTS), from, false)
                .await?;
            users.extend(scanned.rows.into_iter().filter_map(|row| match row {
                Row::User(user) if is_meant(&user) => Some(*user),
                _ => None,
            }));
            from = scanned.next;
            if from.is_none() {
                return Ok(users);
            }
        }
    }
}

fn parse<T: std::str::FromStr<Err = roster_domain::ValidationError>>(
    text: &str,
) -> Result<T, AdminError> {
    text.parse()
        .map_err(|error| AdminError::new(format!("`{text}` {error}.")))
}

fn nobody(name: &str, hint: &str) -> AdminError {
    AdminError::new(format!("Nobody is found by `{name}`. {hint}"))
}

fn choose(users: &[User]) -> AdminError {
    let names = users
        .iter()
        .map(|user| format!("{}/{}", user.account, user.id));
    let names: Vec<_> = names.collect();
    AdminError::new(format!(
        "Several users are found. Name one of them as {}.",
        names.join(" or ")
    ))
}
