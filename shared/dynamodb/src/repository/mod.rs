//! What Roster keeps, a file for each noun.

mod accounts;
mod attempts;
mod bounces;
mod challenges;
mod closing;
mod erasure;
mod imports;
mod invitation_list;
mod kept_responses;
mod login_names;
mod logins;
mod mail_limits;
mod reads;
mod rows;
mod save;
mod scan;
mod usage;
mod user_list;
mod users;

pub use challenges::Invitation;
pub use closing::{Leaver, Leftover, Page, Position};
pub use erasure::Erased;
pub use invitation_list::InvitationPage;
pub use kept_responses::Keep;
pub use login_names::{EmailOwner, Login, LoginName};
pub use mail_limits::Mails;
pub use reads::{Found, Reads, Slot};
pub use save::{Proof, Save};
pub use scan::{Row, Scanned, TableSize};
pub use user_list::UserPage;

use crate::{
    ConnectError, Timeouts,
    connection::{connect, connect_local, connect_tagged, patient_client},
    table::Table,
};
use aws_sdk_dynamodb::Client;
use aws_types::SdkConfig;
use std::{
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

/// The directory's data in its table. Cheap to clone; clones share one connection pool.
#[derive(Clone, Debug)]
pub struct Repository {
    table: Table,
}

impl Repository {
    /// Connects to the table `name` as the environment says: see
    /// [`Connection::from_env`](crate::Connection::from_env).
    ///
    /// A connection is open when this returns. A store that does not answer fails requests, not this.
    ///
    /// # Errors
    /// [`ConnectError`]: a variable that is missing or cannot be used.
    pub async fn connect(name: String) -> Result<Self, ConnectError> {
        Ok(Self::over(connect().await?, name))
    }

    /// Connects to the table `name` of an emulator at `endpoint`, such as `http://127.0.0.1:8000`,
    /// which takes any credentials.
    ///
    /// # Errors
    /// [`ConnectError::Tls`].
    pub fn connect_local(
        endpoint: &str,
        name: String,
        timeouts: Timeouts,
    ) -> Result<Self, ConnectError> {
        Ok(Self::over(connect_local(endpoint, timeouts)?, name))
    }

    /// The same, and every request says in [`TAG_HEADER`](crate::TAG_HEADER) what `tag` says when it is
    /// sent, if that is anything.
    ///
    /// # Errors
    /// [`ConnectError::Tls`].
    pub fn connect_tagged(
        endpoint: &str,
        name: String,
        timeouts: Timeouts,
        tag: fn() -> Option<String>,
    ) -> Result<Self, ConnectError> {
        Ok(Self::over(connect_tagged(endpoint, timeouts, tag)?, name))
    }

    /// The table `name` as `config` says, for a program of the operator's, which has time: see
    /// [`http_client`](crate::http_client).
    pub fn of_operator(config: &SdkConfig, name: String) -> Self {
        Self::over(patient_client(config), name)
    }

    fn over(client: Client, name: String) -> Self {
        Self {
            table: Table {
                client,
                name,
                deadline: None,
                calls: Arc::default(),
            },
        }
    }

    /// The same data, for a request: every call, wait and retry ends by `deadline`, and none is begun
    /// that could not. Its calls are counted from zero.
    pub fn until(&self, deadline: Instant) -> Self {
        Self {
            table: Table {
                deadline: Some(deadline),
                calls: Arc::default(),
                client: self.table.client.clone(),
                name: self.table.name.clone(),
            },
        }
    }

    /// How many calls were begun, each with whatever attempts the SDK makes at it.
    pub fn calls(&self) -> u64 {
        self.table.calls.load(Ordering::Relaxed)
    }
}
