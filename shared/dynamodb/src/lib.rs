//! The repository: accounts and users in one DynamoDB table.
//!
//! Every access is a strongly consistent read or a conditional write by key, and the account is
//! part of every key that a caller can reach: another account's user cannot even be asked for.
//! There is no index, and no scan but for
//! the operator's own program. What must hold when requests race (names are unique, an account
//! keeps an active owner) is a condition of one transaction.
//!
//! This is the only crate that names the AWS SDK for DynamoDB. `repository` has a file for each noun,
//! `table` the keys, items and calls, `connection` the client.

mod backoff;
mod connection;
mod error;
mod repository;
mod table;

pub use backoff::Backoff;
pub use connection::{ConnectError, Connection, TAG_HEADER, Timeouts, http_client};
pub use error::{Conflict, StoreError};
pub use repository::{
    EmailOwner, Erased, Found, Invitation, InvitationPage, Keep, Leaver, Leftover, Login,
    LoginName, Mails, Page, Position, Proof, Reads, Repository, Row, Save, Scanned, Slot,
    TableSize, UserPage,
};
pub use table::{OldAndNew, RowChange};
