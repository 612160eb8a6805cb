use roster_dynamodb::{Conflict, StoreError};
use std::{error::Error, fmt};

/// What is wrong, and what to do, for the operator to read.
#[derive(Debug)]
pub struct AdminError(pub(crate) String);

impl AdminError {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for AdminError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for AdminError {}

impl From<StoreError> for AdminError {
    fn from(error: StoreError) -> Self {
        Self(match &error {
            StoreError::Conflict(conflict) => conflict_text(*conflict),
            StoreError::Unavailable(_) => format!(
                "DynamoDB throttles, or cannot be reached: {}. Run the command again; what is done is not \
                 done twice.",
                chain(&error)
            ),
            StoreError::Unreadable { .. } => format!(
                "{}. Another version of Roster may have written it: use the roster-admin of the deployed \
                 version.",
                chain(&error)
            ),
            StoreError::Internal(_) => format!(
                "DynamoDB refuses the request: {}. Check --table, the region (AWS_REGION) and what your \
                 credentials may do: docs/ADMIN.md has the policy.",
                chain(&error)
            ),
        })
    }
}

impl From<std::io::Error> for AdminError {
    fn from(error: std::io::Error) -> Self {
        Self(format!("{error}. Nothing more was done."))
    }
}

/// What a conflict means to somebody who changes one user or account.
fn conflict_text(conflict: Conflict) -> String {
    match conflict {
        Conflict::EmailInUse => "Another user has this address. Name another, or remove that user first.",
        Conflict::UsernameInUse => "Another user has this username. Name another.",
        Conflict::LastOwner => {
            "The account would be left without an active owner. Make somebody else an owner first, or close \
             the account."
        }
        Conflict::TooManyMails(wait) => {
            let minutes = wait.as_secs().div_ceil(60);
            return format!(
                "Too many mails of this kind went to the address, or from the account. Try again in {minutes} \
                 minutes."
            );
        }
        Conflict::Stale | Conflict::AlreadyCounted => {
            "Somebody else changed it at the same time. Look at it with `find`, and run the command again."
        }
    }
    .to_owned()
}

/// An error and its causes.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
