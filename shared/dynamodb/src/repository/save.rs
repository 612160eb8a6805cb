//! Saving what became of a user: what differs is written, and what follows from the difference.

use super::{Keep, Login, Repository, accounts::AccountChange, mail_limits::MailRequest};
use crate::{
    Conflict, StoreError,
    table::{Item, Key, TransactWrite, Update, to_attributes},
};
use aws_sdk_dynamodb::types::AttributeValue;
use roster_domain::{
    Actor, Challenge, CodePurpose, EmailAddress, MAX_TOKENS, PreviousEmail, Revision, User,
};

/// A code that was mailed to a user and came back, with what was read of the user's address.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// The challenge that the code answers.
    pub challenge: &'a Challenge,
    /// The login by that address, if there is one. Not another user's who has proven the address:
    /// the caller has seen to that.
    pub login: Option<&'a Login>,
}

/// A change of a user in the making: see [`Repository::save`].
#[must_use]
pub struct Save<'a> {
    repository: &'a Repository,
    before: &'a User,
    after: User,
    by: Actor,
    mail: Option<(CodePurpose, EmailAddress, Option<u32>)>,
    /// Mails that are requested whatever was requested before.
    uncounted: Vec<(CodePurpose, EmailAddress)>,
    answered: Option<&'a Challenge>,
    ends_resets: bool,
    proof: Option<Proof<'a>>,
    unlocks: bool,
    ends_logins: bool,
    ends_invitation: bool,
    keep: Option<&'a Keep>,
}

impl Repository {
    /// Begins to save what `by` made of a user who was read as `before`.
    ///
    /// [`Save::send`] writes the attributes that differ, and no others, if the user was not changed
    /// since: one write if it can be one, else a transaction. Along with it go the rows that follow
    /// from the difference: the names that the user is found by and logs in by, and the account's
    /// count of active owners. Where nothing differs, nothing is written.
    pub fn save<'a>(&'a self, before: &'a User, after: User, by: impl Into<Actor>) -> Save<'a> {
        Save {
            repository: self,
            before,
            after,
            by: by.into(),
            mail: None,
            uncounted: Vec::new(),
            answered: None,
            ends_resets: false,
            proof: None,
            unlocks: false,
            ends_logins: false,
            ends_invitation: false,
            keep: None,
        }
    }
}

impl<'a> Save<'a> {
    /// Requests a mail to the user's address too: one of so many of its kind that the account may
    /// request in a day, if they are counted.
    pub fn with_mail(self, mail: Option<CodePurpose>, per_day: impl Into<Option<u32>>) -> Self {
        let (email, per_day) = (self.after.email.clone(), per_day.into());
        let mail = mail.map(|purpose| (purpose, email, per_day));
        Self { mail, ..self }
    }

    /// Requests a mail to another address of the user: one of so many of its kind that the account may
    /// request in a day, if they are counted.
    pub fn with_mail_to(
        self,
        email: EmailAddress,
        purpose: CodePurpose,
        per_day: impl Into<Option<u32>>,
    ) -> Self {
        let mail = Some((purpose, email, per_day.into()));
        Self { mail, ..self }
    }

    /// Requests a mail, if there is where to, that must not fail what it is about: only its sending is
    /// limited.
    pub fn telling(mut self, purpose: CodePurpose, email: Option<EmailAddress>) -> Self {
        self.uncounted
            .extend(email.into_iter().map(|email| (purpose, email)));
        self
    }

    /// Ends the code that was mailed to choose a new password with, if there is one.
    pub fn ending_resets(self) -> Self {
        Self {
            ends_resets: true,
            ..self
        }
    }

    /// A code that was mailed to the user came back: it is used up, and no wrong passwords are held
    /// against the user's names any more. If the user's own address is verified by it, the login by
    /// that address is too.
    pub fn answering(self, challenge: &'a Challenge) -> Self {
        Self {
            answered: Some(challenge),
            unlocks: true,
            ..self
        }
    }

    /// The user has proven the address: the code is used up, the address is the user's login, and no
    /// wrong passwords are held against the user's names any more.
    pub fn proven_by(self, proof: Proof<'a>) -> Self {
        Self {
            proof: Some(proof),
            unlocks: true,
            ..self
        }
    }

    /// Ends the locks of the user's names too.
    pub fn unlocking(self) -> Self {
        Self {
            unlocks: true,
            ..self
        }
    }

    /// Of the tokens of logins just those stay that the user has afterwards: a token that a login got
    /// since the user was read is gone too. Something is written even where nothing differs, so that a
    /// login that has begun by then begins anew.
    pub fn ending_logins(self) -> Self {
        Self {
            ends_logins: true,
            ..self
        }
    }

    /// Takes the user's invitation back: codes that were mailed stop working, and none is mailed any
    /// more.
    pub fn ending_invitation(self) -> Self {
        Self {
            ends_invitation: true,
            ..self
        }
    }

    /// Keeps the response too, if there is one to keep.
    pub fn keeping(self, keep: Option<&'a Keep>) -> Self {
        Self { keep, ..self }
    }

    /// Saves the change, and returns the user as they are then. After a transaction that does not show
    /// what was recorded since the user was read, such as activity.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if the user was changed or removed since, a code was used or replaced, or a
    /// login has gone to somebody else; [`Conflict::EmailInUse`]; [`Conflict::LastOwner`];
    /// [`Conflict::TooManyMails`].
    pub async fn send(mut self) -> Result<User, StoreError> {
        let repository = self.repository;
        // With a mail something is always written: a function that saves may not be allowed to check.
        let differs = *self.before != self.after || self.mail.is_some() || self.ends_logins;
        if differs {
            self.after.revision = Some(Revision::new(self.after.updated_at));
            self.after.changed_by = self.by;
        }
        let along = self.along()?;
        if along.is_empty() && !self.moves_email() {
            let own = self.after.revision;
            let is_own = |found: &User| found.revision == own;
            return match differs {
                true => {
                    repository
                        .table
                        .update_and_read(self.update()?, is_own)
                        .await
                }
                false => Ok(self.after),
            };
        }
        let mail = self.mail_request();
        let writes = |instead_of: Option<&Login>| {
            // The user comes first: a stale one is decided on anew, whatever else is the matter.
            let mut writes = vec![match differs {
                true => TransactWrite::update(self.update()?, Conflict::Stale),
                false => TransactWrite::check(self.if_unchanged()),
            }];
            if self.moves_email() {
                writes.extend(self.move_email(instead_of)?);
            }
            writes.extend(self.along()?);
            Ok(writes)
        };
        let (email, now) = (&self.after.email, self.after.updated_at);
        if self.moves_email() {
            let written = repository.transact_taking_login(email, now, mail.as_ref(), writes);
            written.await?;
        } else {
            repository
                .transact_with_mail(writes(None)?, mail.as_ref())
                .await?;
        }
        Ok(self.after)
    }

    fn if_unchanged(&self) -> Update {
        let update = Update::new(Key::user(self.before.key()));
        update.if_unchanged("revision", self.before.revision)
    }

    fn update(&self) -> Result<Update, StoreError> {
        let left = !self.after.is_active() || self.before.password != self.after.password;
        let logins = match self.ends_logins || left {
            true => Logins::End,
            false => Logins::Last,
        };
        difference(self.if_unchanged(), self.before, &self.after, logins)
    }

    fn moves_email(&self) -> bool {
        !self.after.email.matches(&self.before.email)
    }

    fn mail_request(&self) -> Option<MailRequest<'_>> {
        let mail = self.mail.as_ref();
        mail.map(|(purpose, email, per_day)| MailRequest {
            per_day: *per_day,
            ..self.request_to(*purpose, email)
        })
    }

    fn request_to<'b>(&'b self, purpose: CodePurpose, email: &'b EmailAddress) -> MailRequest<'b> {
        MailRequest {
            email,
            by: self.by,
            ..MailRequest::to(&self.after, purpose, self.after.updated_at)
        }
    }

    /// The address that the user had proven and gives up, if this is when.
    fn given_up(&self) -> Option<&PreviousEmail> {
        let previous = self.after.previous_email.as_ref();
        previous.filter(|previous| previous.email.matches(&self.before.email))
    }

    /// What is written along with the user, but for another address.
    fn along(&self) -> Result<Vec<TransactWrite>, StoreError> {
        let (repository, before, after) = (self.repository, self.before, &self.after);
        let proven = |user: &User| user.is_active_owner() && user.email_verified;
        let change = AccountChange {
            active_owner: (before.is_active_owner(), after.is_active_owner()),
            verified: proven(after) && !proven(before),
            ..AccountChange::default()
        };
        let mut writes = Vec::new();
        writes.extend(repository.change_account(before.account, change));
        if let Some(proof) = self.proof {
            let now = after.updated_at;
            writes.push(repository.use_code(proof.challenge, now));
            writes.extend(repository.prove_login(after, proof.login, now)?);
        }
        if self.ends_resets {
            let key = Key::challenge(CodePurpose::Reset, before.key());
            writes.push(TransactWrite::delete(key));
        }
        if let Some(challenge) = self.answered {
            writes.push(repository.use_code(challenge, after.updated_at));
            let verifies = after.email_verified && !before.email_verified;
            if verifies && !self.moves_email() {
                writes.push(repository.verify_login(after));
            }
        }
        if self.unlocks {
            writes.extend(repository.unlock(after));
        }
        if self.ends_invitation {
            let invitation = Key::challenge(CodePurpose::Invitation, after.key());
            writes.push(TransactWrite::delete(invitation));
        }
        if let Some(mail) = self.mail_request() {
            writes.extend(repository.request_mail(&mail)?);
        }
        if let Some(previous) = self.given_up().filter(|_| self.moves_email()) {
            let mail = self.request_to(CodePurpose::Undo, &previous.email);
            writes.extend(repository.request_mail(&mail)?);
        }
        let uncounted = self.uncounted.iter();
        writes.extend(uncounted.map(|(purpose, email)| {
            repository.request_challenge(&self.request_to(*purpose, email))
        }));
        writes.extend(self.keep.map(|keep| repository.keep(keep)));
        Ok(writes)
    }

    /// Takes the new address in the account, and as a login if the user logs in by addresses; gives up
    /// the old one, at once or, if it was proven, after a while.
    fn move_email(&self, instead_of: Option<&Login>) -> Result<Vec<TransactWrite>, StoreError> {
        let (repository, before, after) = (self.repository, self.before, &self.after);
        let now = after.updated_at;
        let kept = before.kept_email(now);
        let returns = kept.is_some_and(|kept| kept.email.matches(&after.email));
        let mut writes = match returns {
            true => repository.keep_names(after, None),
            false => vec![repository.take_account_email(after, now)?],
        };
        if after.status.has_joined() && !returns {
            writes.extend(repository.take_login(after, instead_of, now)?);
        }
        match self.given_up() {
            Some(previous) => {
                writes.extend(repository.keep_names(before, Some(previous.until)));
            }
            None => {
                let address = Key::account_email(before.account, &before.email);
                writes.push(TransactWrite::delete(address));
                writes.extend(repository.free_login(before));
            }
        }
        Ok(writes)
    }
}

/// What becomes of a login that came in since the user was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Logins {
    /// Its token stays.
    Last,
    /// Its token goes.
    End,
}

/// Puts into `update` what differs between two states of a user.
pub(super) fn difference(
    mut update: Update,
    before: &User,
    after: &User,
    logins: Logins,
) -> Result<Update, StoreError> {
    let ends_logins = logins == Logins::End;
    let (mut before, after) = (to_attributes(before)?, to_attributes(after)?);
    for (name, value) in after {
        let old = before.remove(&name);
        if old.as_ref() == Some(&value) && !(ends_logins && name == "tokens") {
            continue;
        }
        update = match (old, value) {
            // Of a login that came in meanwhile nothing must last: all of the map is written.
            (_, value) if ends_logins && name == "tokens" => update.set_attribute(&name, value),
            (Some(AttributeValue::M(old)), AttributeValue::M(new)) => {
                map_difference(update, &name, &old, new)
            }
            (_, value) => update.set_attribute(&name, value),
        };
    }
    Ok(before
        .into_keys()
        .fold(update, |update, name| update.remove(&name)))
}

/// Entry by entry: logins at the same time each add a token.
fn map_difference(mut update: Update, map: &str, old: &Item, new: Item) -> Update {
    let removed: Vec<&String> = old
        .keys()
        .filter(|entry| !new.contains_key(*entry))
        .collect();
    for entry in &removed {
        update = update.remove(&format!("{map}.{entry}"));
    }
    let adds = new.keys().any(|entry| !old.contains_key(entry));
    if map == "tokens" && adds {
        let removed = removed.first().map(|entry| entry.as_str());
        update = update.if_map_has_room(map, MAX_TOKENS, removed);
    }
    for (entry, value) in new {
        if old.get(&entry) != Some(&value) {
            update = update.set_attribute(&format!("{map}.{entry}"), value);
        }
    }
    update
}
