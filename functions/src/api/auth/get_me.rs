//! `GET /auth/me`: all that is stored about the caller, secrets aside.

use super::{API, list_tokens::TokenRecord};
use crate::{
    App, Endpoint, Error, Request, Response,
    api::user_state::{HeldPermissions, UserState},
    auth::{Caller, authenticate_and_read, open_account, presented_token},
    http::endpoint,
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{
    Account, AccountId, CODE_LIFETIME, Challenge, CodePurpose, EmailAddress, Language,
    PreviousEmail, Role, STORAGE_QUOTA_BYTES, SecretHash, ShortText, TimeZone, Timestamp, User,
    UserId, Username,
};
use roster_dynamodb::Reads;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The function `auth-get-me`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-get-me",
    routes: ["GET /auth/me"],
    callers: "any user",
    summary: "Get all that is stored about you",
    handler: get,
};

/// All that is stored about a user, secrets aside.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Me")]
#[serde(rename_all = "camelCase")]
struct Me<'a> {
    /// The account that you are in.
    account: MyAccount<'a>,
    /// Your id.
    id: UserId,
    /// `active`: nobody else gets this response.
    state: UserState,
    /// Email address, unique in the account.
    email: &'a EmailAddress,
    /// Whether a code that was mailed to it came back.
    email_verified: bool,
    /// Whether you can log in by it: not if somebody else has proven that it is theirs.
    email_logs_in: bool,
    /// The address that you had proven before, as long as you can go back to it.
    previous_email: Option<PreviousAddress<'a>>,
    /// Second email address, for contact only.
    second_email: Option<&'a EmailAddress>,
    /// The name that you can log in by, if you have one.
    username: Option<&'a Username>,
    /// First name.
    first: Option<&'a ShortText>,
    /// Surname.
    last: Option<&'a ShortText>,
    /// Display name.
    alias: Option<&'a ShortText>,
    /// Name of the organization.
    organization: Option<&'a ShortText>,
    /// The language that mails are in.
    language: Option<Language>,
    /// Time zone, by its IANA name.
    time_zone: Option<&'a TimeZone>,
    /// What you are in the account.
    role: Role,
    /// What you may do.
    permissions: HeldPermissions,
    /// What clients keep of you: any JSON object of at most 8 KiB.
    preferences: &'a Map<String, Value>,
    /// What you store in other services of the platform.
    storage: StorageRecord,
    /// Usage of all application keys.
    usage: f64,
    /// When you were last invited; null if you signed up.
    invited: Option<Timestamp>,
    /// When you were put into the account, or signed up.
    created: Timestamp,
    /// When somebody last changed something of yours.
    updated: Timestamp,
    /// Id of the user who did; null if it was nobody of the account.
    updated_by: Option<UserId>,
    /// When you last logged in with a password.
    last_login: Option<Timestamp>,
    /// When you were last seen, to the hour.
    activity: Option<Timestamp>,
    /// Your tokens, oldest first, as far as they work.
    tokens: Vec<TokenRecord<'a>>,
    /// The mails that were requested for you and are not sent, or not answered.
    mails: Vec<PendingMail<'a>>,
}

/// An account, as its users are shown it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MyAccount<'a> {
    /// Id of the account.
    id: AccountId,
    /// Name of the account or company.
    name: Option<&'a ShortText>,
    /// When it was opened.
    created: Timestamp,
    /// Whether it is closed.
    closed: bool,
    /// Device cloud id; null until one is set.
    cloud_id: Option<&'a ShortText>,
}

/// An address that can be gone back to.
#[derive(Serialize, JsonSchema)]
struct PreviousAddress<'a> {
    /// The address.
    email: &'a EmailAddress,
    /// Until when it logs you in, and can be taken back.
    until: Timestamp,
}

/// What a user stores in other services.
#[derive(Serialize, JsonSchema)]
struct StorageRecord {
    /// Records in all channels.
    records: i64,
    /// Their size in bytes.
    bytes: i64,
    /// How many bytes they may have.
    quota: i64,
}

/// What a mail is for.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum MailKind {
    /// To join an account.
    Invitation,
    /// To confirm an address.
    Verification,
    /// To choose a new password.
    Reset,
    /// To go back to an address.
    Undo,
    /// To tell that the password was changed.
    Notice,
}

impl From<CodePurpose> for MailKind {
    fn from(purpose: CodePurpose) -> Self {
        match purpose {
            CodePurpose::Invitation => Self::Invitation,
            CodePurpose::Verification => Self::Verification,
            CodePurpose::Reset => Self::Reset,
            CodePurpose::Undo => Self::Undo,
            CodePurpose::Notice => Self::Notice,
        }
    }
}

/// A mail that is not sent, or not answered.
#[derive(Serialize, JsonSchema)]
struct PendingMail<'a> {
    /// What it is for.
    kind: MailKind,
    /// Where it goes.
    email: &'a EmailAddress,
    /// When it was requested.
    requested: Timestamp,
    /// When it was handed over for delivery; null if it was not yet.
    sent: Option<Timestamp>,
}

/// The rows that are shown.
struct Rows<'a> {
    user: &'a User,
    account: &'a Account,
    challenges: &'a [Challenge],
}

impl<'a> Me<'a> {
    fn of(rows: &Rows<'a>, presented: &SecretHash, now: Timestamp) -> Self {
        let (user, account) = (rows.user, rows.account);
        let kept = user.kept_email(now);
        let tokens = user.held_tokens(now);
        let tokens = tokens
            .iter()
            .map(|held| TokenRecord::of(held, Some(presented)));
        let pending = rows.challenges.iter();
        let pending = pending.filter(|challenge| challenge.is_pending(user, now));
        Self {
            account: MyAccount {
                id: account.id,
                name: account.name.as_ref(),
                created: account.created_at,
                closed: account.closed,
                cloud_id: account.cloud_id.as_ref(),
            },
            id: user.id,
            state: user.status.into(),
            email: &user.email,
            email_verified: user.email_verified,
            email_logs_in: user.logs_in_by_email(),
            previous_email: kept.map(|kept| PreviousAddress {
                email: &kept.email,
                until: kept.until,
            }),
            second_email: user.second_email.as_ref(),
            username: user.username.as_ref(),
            first: user.first_name.as_ref(),
            last: user.last_name.as_ref(),
            alias: user.alias.as_ref(),
            organization: user.organization.as_ref(),
            language: user.language,
            time_zone: user.time_zone.as_ref(),
            role: user.role,
            permissions: user.into(),
            preferences: &user.preferences,
            storage: StorageRecord {
                records: user.storage.records,
                bytes: user.storage.bytes,
                quota: STORAGE_QUOTA_BYTES,
            },
            usage: user.usage,
            invited: user.invited_at,
            created: user.created_at,
            updated: user.updated_at,
            updated_by: user.changed_by.user(),
            last_login: user.last_login_at,
            activity: user.activity,
            tokens: tokens.collect(),
            mails: pending
                .map(|challenge| PendingMail {
                    kind: challenge.purpose.into(),
                    email: &challenge.email,
                    requested: challenge.requested_at,
                    sent: challenge.sent_at,
                })
                .collect(),
        }
    }
}

pub(super) fn operation() -> Operation {
    let (mut user, account) = (sample::user_with_tokens(), sample::account());
    let now = user.created_at;
    user.invited_at = Some(now);
    user.changed_by = user.id.into();
    user.previous_email = user.second_email.clone().map(|email| PreviousEmail {
        email,
        until: now + CODE_LIFETIME,
    });
    let challenge = Challenge {
        purpose: CodePurpose::Undo,
        account: user.account,
        user: user.id,
        email: user.email.clone(),
        requested_by: user.id.into(),
        requested_at: now,
        code: None,
        codes: BTreeMap::new(),
        sent_at: Some(now),
        used_at: None,
        bounced: None,
        wrong_passwords: 0,
    };
    let rows = Rows {
        user: &user,
        account: &account,
        challenges: &[challenge],
    };
    Operation::new(
        &ENDPOINT,
        "All that is stored about you, but for secrets: your account, your fields, what you may do, your \
         tokens, and the mails that wait to be sent to you or to be answered by you.",
    )
    .responds(
        StatusCode::OK,
        "What is stored about you.",
        &Me::of(&rows, &sample::token().hash(), now),
    )
}

async fn get(app: &App, request: &Request) -> Result<Response, Error> {
    let token = presented_token(request)?;
    let key = token.user();
    let mut reads = Reads::default();
    let account = reads.account(key.account);
    let slots = CodePurpose::ALL.map(|purpose| reads.challenge(purpose, key));
    let (Caller { user, token }, mut found) = authenticate_and_read(app, token, reads).await?;
    let account = open_account(key.account, found.take(account)?)?;
    let mut challenges = Vec::new();
    for slot in slots {
        challenges.extend(found.take(slot)?);
    }
    let rows = Rows {
        user: &user,
        account: &account,
        challenges: &challenges,
    };
    Response::ok(&Me::of(&rows, &token.hash(), app.clock.now()))
}
