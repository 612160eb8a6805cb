use crate::{AccountId, Code, CodePurpose, EmailAddress, SecretHash, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// How long a mailed code works.
pub const CODE_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// That a code was asked for, and what became of it: one record per user and purpose.
///
/// It is written together with what it belongs to. The code itself is made when the mail is sent;
/// asking again, or sending again, makes older codes stop working.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeRequest {
    /// What the code is for.
    pub purpose: CodePurpose,
    /// The account of the user.
    pub account: AccountId,
    /// The user whom it is mailed to.
    pub user: UserId,
    /// The address that it is mailed to: the code proves that this one was reached, and no other.
    pub email: EmailAddress,
    /// When it was (last) asked for. A mail answers this request and no older one.
    pub requested: Timestamp,
    /// The hash of the code that works, once a mail was made for this request.
    pub code: Option<SecretHash>,
    /// Every code that was ever made, with its expiry: so that one that was replaced can be told
    /// from one that never was.
    pub codes: BTreeMap<SecretHash, Timestamp>,
    /// When the mail with `code` was handed over for delivery.
    pub sent: Option<Timestamp>,
    /// When `code` was used.
    pub used: Option<Timestamp>,
    /// Wrong passwords that came with `code`.
    #[serde(default)]
    pub wrong_passwords: u32,
}

/// Wrong passwords that may come with one code. No lock keeps out who has a code; so a code that went
/// to the wrong mailbox must not be good for guessing on.
pub const MAX_WRONG_PASSWORDS: u32 = 10;

/// Why a code does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeRefusal {
    /// Roster never made it, or its user is gone.
    Unknown,
    /// It was used already, too many wrong passwords came with it, or a newer one was sent.
    UsedUp,
    /// It is more than [`CODE_LIFETIME`] old.
    Expired,
}

impl CodeRequest {
    /// Whether `code` works at `now`.
    ///
    /// # Errors
    /// Why it does not.
    pub fn check(&self, code: &Code, now: Timestamp) -> Result<(), CodeRefusal> {
        let hash = code.hash();
        let expires = *self.codes.get(&hash).ok_or(CodeRefusal::Unknown)?;
        if self.code.as_ref() != Some(&hash)
            || self.used.is_some()
            || self.wrong_passwords >= MAX_WRONG_PASSWORDS
        {
            Err(CodeRefusal::UsedUp)
        } else if expires <= now {
            Err(CodeRefusal::Expired)
        } else {
            Ok(())
        }
    }
}
