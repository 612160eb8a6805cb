//! The repository: accounts and users in one DynamoDB table.
//!
//! Every access is a strongly consistent read or a conditional write by key, and the account is
//! part of every key that a caller can reach: another account's user cannot even be asked for.
//! There is no scan and no index. What must hold when requests race (names are unique, an account
//! keeps an active owner) is a condition of one transaction.
//!
//! This is the only crate that names the AWS SDK for DynamoDB.

mod accounts;
mod activation;
mod attempts;
mod attribute;
mod backoff;
mod change;
mod code_requests;
mod connection;
mod error;
mod item;
mod keys;
mod list;
mod logins;
mod mail_limits;
mod names;
mod permissions;
mod rows;
mod standing;
mod transaction;
mod update;
mod usage;
mod users;

pub use backoff::Backoff;
pub use change::{Change, Versions};
pub use connection::{ConnectError, Connection, Timeouts};
pub use error::{Refusal, StoreError};
pub use list::UserPage;
pub use logins::{NewLogin, Proof};
pub use mail_limits::Mails;
pub use names::{EmailOwner, Holder, Name};
pub use rows::{
    AccountEmailRow, AccountRow, AttemptsRow, CodeRequestRow, Found, MailsSentRow, Row, Rows,
    UserRow,
};

use aws_sdk_dynamodb::Client;

/// The directory's data in its table. Cheap to clone; clones share one connection pool.
#[derive(Clone, Debug)]
pub struct Repository {
    client: Client,
    table: String,
}
