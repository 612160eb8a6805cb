use crate::{
    AccountId, Actor, Code, CodePurpose, EmailAddress, SecretHash, Timestamp, User, UserId, UserKey,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// How long a mailed code works, if it is not for choosing a new password.
pub const CODE_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Wrong passwords that may come with one code. No lock keeps out a person who has a code; so a code
/// that went to the wrong mailbox must not be good for guessing on.
pub const MAX_WRONG_PASSWORDS: u32 = 10;

/// How long it is remembered of an address that mails come back from it.
pub const BOUNCES_REMEMBERED: Duration = Duration::from_secs(180 * 24 * 60 * 60);

/// Why a mail was of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BounceKind {
    /// There is no such mailbox, for good.
    Bounce,
    /// Its reader calls it spam.
    Complaint,
}

/// A mail that came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounce {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub kind: BounceKind,
}

/// What became of the mails to an address, whoever requested them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Bounces {
    /// When one last came back for good.
    pub bounced: Option<Timestamp>,
    /// The account whose mail that was.
    #[serde(rename = "account")]
    pub bounced_of: Option<AccountId>,
    /// When its reader last called one spam.
    pub complained: Option<Timestamp>,
}

impl Bounces {
    /// The bounce for which no more mails of this kind and account are sent to the address, if there is
    /// one. Another account's keeps none back that somebody needs who has a login: else whoever can make
    /// one mail come back could keep the owner of the address from being told.
    pub fn hard_bounce(
        &self,
        purpose: CodePurpose,
        account: AccountId,
        now: Timestamp,
    ) -> Option<Bounce> {
        let is_needed = match purpose {
            CodePurpose::Invitation | CodePurpose::Verification => false,
            CodePurpose::Reset | CodePurpose::Undo | CodePurpose::Notice => true,
        };
        if is_needed && self.bounced_of != Some(account) {
            return None;
        }
        // The row may outlast its time to live by days.
        let at = self.bounced.filter(|at| *at + BOUNCES_REMEMBERED > now)?;
        let kind = BounceKind::Bounce;
        Some(Bounce { at, kind })
    }
}

/// A code that a user is to be mailed, and what became of it: one record per user and purpose.
///
/// It is written together with what it belongs to. The code itself is made when the mail is sent;
/// another request, or another mail, makes older codes stop working.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Challenge {
    /// What the code is for.
    pub purpose: CodePurpose,
    /// The account of the user.
    pub account: AccountId,
    /// The user whom the code is mailed to.
    pub user: UserId,
    /// The address that the code is mailed to: the code proves that this one was reached, and no
    /// other.
    pub email: EmailAddress,
    /// Who requested it.
    #[serde(rename = "by", default, skip_serializing_if = "Actor::is_system")]
    pub requested_by: Actor,
    /// When the code was (last) requested. A mail answers this request and no older one.
    #[serde(rename = "requested")]
    pub requested_at: Timestamp,
    /// The hash of the code that works, once a mail was made for this request.
    pub code: Option<SecretHash>,
    /// Every code that was ever made, with its expiry: so that a replaced code can be told from one
    /// that never was.
    pub codes: BTreeMap<SecretHash, Timestamp>,
    /// When the mail with `code` was handed over for delivery.
    #[serde(rename = "sent")]
    pub sent_at: Option<Timestamp>,
    /// When `code` was used.
    #[serde(rename = "used")]
    pub used_at: Option<Timestamp>,
    /// How the mail came back, if it did, or why none was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounced: Option<Bounce>,
    /// Wrong passwords that came with `code`.
    #[serde(default)]
    pub wrong_passwords: u32,
}

/// Why a code does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeError {
    /// Roster never made it, or its user is gone.
    Unknown,
    /// It was used already, too many wrong passwords came with it, or a newer one was sent.
    UsedUp,
    /// It is older than its [`CodePurpose::lifetime`].
    Expired,
}

impl Challenge {
    /// The user whom the code is mailed to.
    pub fn key(&self) -> UserKey {
        UserKey {
            account: self.account,
            user: self.user,
        }
    }

    /// When the code stops working; while none was made, when one that was made with the request would.
    pub fn expires_at(&self) -> Timestamp {
        let made = self.code.as_ref().and_then(|code| self.codes.get(code));
        let requested = || self.requested_at + self.purpose.lifetime();
        made.copied().unwrap_or_else(requested)
    }

    /// Whether the code is or will be good for anything, as far as the challenge itself tells.
    pub fn is_open(&self, now: Timestamp) -> bool {
        let is_used_up = self.used_at.is_some() || self.wrong_passwords >= MAX_WRONG_PASSWORDS;
        !is_used_up && self.expires_at() > now
    }

    /// Whether `user`, whose challenge it is, may still be mailed for it, or may answer the mail.
    pub fn is_pending(&self, user: &User, now: Timestamp) -> bool {
        let is_wanted = match self.purpose {
            CodePurpose::Invitation => !user.status.has_joined(),
            CodePurpose::Verification => !user.email_verified,
            CodePurpose::Reset | CodePurpose::Undo => true,
            // There is nothing to answer.
            CodePurpose::Notice => self.sent_at.is_none(),
        };
        is_wanted && self.is_open(now)
    }

    /// Whether `code` works at `now`.
    ///
    /// # Errors
    /// Why it does not.
    pub fn verify(&self, code: &Code, now: Timestamp) -> Result<(), CodeError> {
        let hash = code.hash();
        let expires_at = *self.codes.get(&hash).ok_or(CodeError::Unknown)?;
        if self.code.as_ref() != Some(&hash)
            || self.used_at.is_some()
            || self.wrong_passwords >= MAX_WRONG_PASSWORDS
        {
            Err(CodeError::UsedUp)
        } else if expires_at <= now {
            Err(CodeError::Expired)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PasswordHash, Role, Status};

    fn challenge(purpose: CodePurpose, user: &User, now: Timestamp) -> Challenge {
        Challenge {
            purpose,
            account: user.account,
            user: user.id,
            email: user.email.clone(),
            requested_by: Actor::System,
            requested_at: now,
            code: None,
            codes: BTreeMap::new(),
            sent_at: None,
            used_at: None,
            bounced: None,
            wrong_passwords: 0,
        }
    }

    #[test]
    fn a_challenge_is_open_until_its_code_is_used_up_or_expires() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let email = "ada@example.com".parse().unwrap();
        let user = User::invite(AccountId::new(now), email, Role::User, now);
        let open = challenge(CodePurpose::Invitation, &user, now);
        assert_eq!(open.expires_at(), now + CODE_LIFETIME);
        assert!(open.is_open(now) && !open.is_open(now + CODE_LIFETIME));
        let code = Code::generate(open.purpose, user.key()).unwrap().hash();
        let mailed = Challenge {
            code: Some(code.clone()),
            codes: BTreeMap::from([(code, now + CODE_LIFETIME * 2)]),
            ..open.clone()
        };
        assert!(mailed.is_open(now + CODE_LIFETIME));
        let used = Challenge {
            used_at: Some(now),
            ..mailed.clone()
        };
        let guessed_on = Challenge {
            wrong_passwords: MAX_WRONG_PASSWORDS,
            ..mailed
        };
        assert!(!used.is_open(now) && !guessed_on.is_open(now));
    }

    #[test]
    fn a_challenge_is_pending_as_long_as_there_is_something_to_answer() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let email = "ada@example.com".parse().unwrap();
        let mut user = User::register(AccountId::new(now), email, None, PasswordHash::decoy(), now);
        let pending = |user: &User| {
            let of = |purpose: &CodePurpose| challenge(*purpose, user, now).is_pending(user, now);
            CodePurpose::ALL.into_iter().filter(of).collect::<Vec<_>>()
        };
        let always = [CodePurpose::Reset, CodePurpose::Undo, CodePurpose::Notice];
        assert_eq!(
            pending(&user),
            [&[CodePurpose::Verification], &always[..]].concat()
        );
        user.email_verified = true;
        assert_eq!(pending(&user), always);
        user.status = Status::Invited;
        assert_eq!(
            pending(&user),
            [&[CodePurpose::Invitation], &always[..]].concat()
        );
        let told = Challenge {
            sent_at: Some(now),
            ..challenge(CodePurpose::Notice, &user, now)
        };
        assert!(!told.is_pending(&user, now));
    }
}
