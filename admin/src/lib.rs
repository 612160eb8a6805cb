//! `roster-admin`: what the operator of a deployment does, from a command line. `docs/ADMIN.md` has
//! every command.
//!
//! It reaches the table itself, through the same repository as the functions, and so keeps what they
//! keep: names are unique, an account keeps an active owner, and every change says who made it.

mod commands;
mod connection;
mod error;
mod import;
mod io;
mod options;
mod record;
mod selector;

pub use error::AdminError;
pub use io::Io;
pub use options::Options;

use options::Command;
use roster_domain::Clock;
use roster_dynamodb::Repository;

/// What every command works with.
struct Admin {
    repository: Repository,
    clock: Clock,
    json: bool,
    yes: bool,
    io: Io,
}

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All of it was done.
    Done,
    /// An import left lines out.
    Rejected,
}

/// Runs a command.
///
/// # Errors
/// [`AdminError`]: what is wrong, and what to do.
pub async fn run(options: Options, clock: Clock, io: Io) -> Result<Outcome, AdminError> {
    let repository = connection::connect(&options).await?;
    let mut admin = Admin {
        repository,
        clock,
        json: options.json,
        yes: options.yes,
        io,
    };
    match options.command {
        Command::Import(options) => return import::import(&mut admin, options).await,
        Command::Find(user) => commands::find(&mut admin, &user).await,
        Command::Unlock(user) => commands::unlock(&mut admin, &user).await,
        Command::Reset(user) => commands::reset(&mut admin, &user).await,
        Command::RevokeTokens(user) => commands::revoke_tokens(&mut admin, &user).await,
        Command::FirstOwner(owner) => commands::first_owner(&mut admin, owner).await,
        Command::Close { account } => commands::close(&mut admin, &account).await,
        Command::Erase(erase) => commands::erase(&mut admin, erase).await,
        Command::Stats { segments } => commands::stats(&mut admin, segments).await,
        Command::Export { file } => commands::export(&mut admin, file).await,
    }
    .map(|()| Outcome::Done)
}
