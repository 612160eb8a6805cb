//! SES → the table: notes mails that came back, and those that their readers call spam.
//!
//! SES puts an event on the default bus of EventBridge, by way of the configuration set that mails are
//! sent with: see "Examples of event data that Amazon SES publishes" in its documentation. Only a bounce
//! that is permanent says something of the address. Other bounces are logged.
//!
//! An event may come twice, or late: each note is one write, which does nothing where it was made.

use super::mail_tags::challenge_of;
use crate::App;
use roster_domain::{Bounce, BounceKind, EmailAddress};
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, error::Error};

/// The part of an event that is read.
#[derive(Deserialize)]
struct Event {
    detail: Detail,
}

#[derive(Deserialize)]
struct Detail {
    mail: Mail,
    bounce: Option<BounceDetail>,
    complaint: Option<ComplaintDetail>,
}

/// The mail that it is about.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    message_id: String,
    /// As it was handed over: one address.
    destination: Vec<String>,
    #[serde(default)]
    tags: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BounceDetail {
    bounce_type: String,
    #[serde(default)]
    bounce_sub_type: String,
    #[serde(default)]
    timestamp: String,
}

#[derive(Deserialize)]
struct ComplaintDetail {
    #[serde(default)]
    timestamp: String,
}

/// Notes what an event says of a mail.
///
/// # Errors
/// A store that is away: the event has to come again.
pub async fn handle(app: &App, event: Value) -> Result<(), Box<dyn Error + Send + Sync>> {
    // What is wrong with it is not told: the error would quote it, and an address may be in it.
    let Ok(Event { detail }) = serde_json::from_value(event) else {
        tracing::error!("the event of SES cannot be read");
        return Ok(());
    };
    let mail = &detail.mail;
    let challenge = challenge_of(&mail.tags);
    let email = mail.destination.first().map(|to| to.parse());
    let (Some((purpose, user)), Some(Ok(email))) = (challenge, email) else {
        let message_id = &mail.message_id;
        tracing::warn!(message_id, "the mail is none of Roster's");
        return Ok(());
    };
    let email: EmailAddress = email;
    let (kind, timestamp) = match (&detail.bounce, &detail.complaint) {
        (Some(bounce), _) if bounce.bounce_type == "Permanent" => {
            (BounceKind::Bounce, &bounce.timestamp)
        }
        (_, Some(complaint)) => (BounceKind::Complaint, &complaint.timestamp),
        (bounce, None) => {
            let bounce = bounce.as_ref();
            tracing::info!(
                account = %user.account,
                user = %user.user,
                purpose = purpose.as_str(),
                kind = bounce.map(|bounce| bounce.bounce_type.as_str()),
                sub_type = bounce.map(|bounce| bounce.bounce_sub_type.as_str()),
                "a mail could not be delivered for now"
            );
            return Ok(());
        }
    };
    let now = app.clock.now();
    // A later note counts for longer, and nothing comes from the future.
    let at = timestamp.parse().unwrap_or(now).min(now);
    let bounce = Bounce { at, kind };
    app.repository
        .record_bounce(&email, user.account, bounce)
        .await?;
    let challenge = (purpose, user);
    app.repository
        .mark_bounced(challenge, &email, bounce)
        .await?;
    tracing::warn!(
        account = %user.account,
        user = %user.user,
        purpose = purpose.as_str(),
        kind = ?kind,
        MailsReturned = 1,
        "a mail came back"
    );
    Ok(())
}
