use clap::{Args, Parser, Subcommand, ValueEnum};
use roster_domain::{EmailAddress, Language, ShortText, ValidationError};
use std::{path::PathBuf, str::FromStr};

/// What the operator of a Roster deployment does: look users up, unlock them, import and export them.
///
/// Takes your own AWS credentials and region, from wherever the AWS CLI takes them. docs/ADMIN.md has an
/// example of every command, and the permissions that you need.
#[derive(Debug, Parser)]
#[command(name = "roster-admin", version)]
pub struct Options {
    /// Name of the table: the stack's output TableName. With --endpoint it is `roster`
    #[arg(long, global = true, value_name = "NAME", env = "ROSTER_TABLE")]
    pub(crate) table: Option<String>,
    /// A DynamoDB on this machine instead of AWS's: `cargo run` prints where its own is
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// Print results as JSON, for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Do not ask: do it
    #[arg(long, short, global = true)]
    pub(crate) yes: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show a user or an account
    Find(UserArgs),
    /// End the lock of a user's names after wrong passwords
    Unlock(UserArgs),
    /// Mail a user a code to choose a new password with
    Reset(UserArgs),
    /// Stop all tokens of a user
    RevokeTokens(UserArgs),
    /// Open an account and invite its owner, where SignUp is closed
    FirstOwner(FirstOwnerArgs),
    /// Close an account, for good: everybody in it is erased
    Close {
        /// Id of the account
        account: String,
    },
    /// Erase a user, with all that there is of them, and print a receipt
    Erase(EraseArgs),
    /// Count accounts and users: reads the whole table
    Stats {
        /// Parts of the table that are read side by side
        #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(i32).range(1..=64))]
        segments: i32,
    },
    /// Import users from JSON Lines or CSV
    Import(ImportArgs),
    /// Export all accounts and users, with their password hashes, as JSON Lines
    Export {
        /// File to write, which only you can read; without it, the standard output
        file: Option<PathBuf>,
    },
}

/// Which user.
#[derive(Clone, Debug, Args)]
pub(crate) struct UserArgs {
    /// Email address, username, user id, or ACCOUNT/USER; `find` takes the id of an account too
    pub(crate) name: String,
    /// Account that the user is in: finds invited users by address, and users by id
    #[arg(long, value_name = "ID", value_parser = parse::<roster_domain::AccountId>)]
    pub(crate) account: Option<roster_domain::AccountId>,
    /// Read the whole table if nothing else finds the user
    #[arg(long)]
    pub(crate) scan: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FirstOwnerArgs {
    /// Address that the invitation goes to
    #[arg(long, value_parser = parse::<EmailAddress>)]
    pub(crate) email: EmailAddress,
    /// Name of the account
    #[arg(long, value_name = "NAME", value_parser = parse::<ShortText>)]
    pub(crate) account_name: Option<ShortText>,
    /// Language of the mail: en, fr, da or de
    #[arg(long, value_parser = parse::<Language>)]
    pub(crate) language: Option<Language>,
}

#[derive(Debug, Args)]
pub(crate) struct EraseArgs {
    #[command(flatten)]
    pub(crate) user: UserArgs,
    /// If the user is the last owner, close the account: everybody in it is erased
    #[arg(long)]
    pub(crate) close_account: bool,
    /// File to write the receipt to, beside the standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) receipt: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// JSON Lines (.jsonl, .ndjson, .json) or CSV (.csv), also Cognito's
    pub(crate) file: PathBuf,
    /// Format, where the name of the file does not tell
    #[arg(long)]
    pub(crate) format: Option<Format>,
    /// Account of users who name none: the id of one that exists, or the name of one that is opened
    #[arg(long, value_name = "ID or NAME")]
    pub(crate) account: Option<String>,
    /// Mail an invitation to users who have yet to join and were mailed none
    #[arg(long)]
    pub(crate) send_invitations: bool,
    /// Invitations that one account may request in a day, with those of its own users
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    pub(crate) invitations_per_day: u32,
    /// Check everything and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// File for the rejected lines and their reasons; by default FILE.rejected.jsonl
    #[arg(long, value_name = "FILE")]
    pub(crate) rejected: Option<PathBuf>,
    /// Accounts that are written side by side
    #[arg(long, value_name = "COUNT", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) parallel: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Jsonl,
    Csv,
}

fn parse<T: FromStr<Err = ValidationError>>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|error: ValidationError| error.to_string())
}
