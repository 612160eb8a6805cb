//! Addresses of SES's mailbox simulator, whose mails come back or are called spam: what SES tells of
//! these, as "Examples of event data that Amazon SES publishes" in its documentation has it.

use super::mail::Mail;
use serde_json::{Map, Value, json};

const DOMAIN: &str = "simulator.amazonses.com";

/// The event, if the mail makes one: those of a mail that is sent without a configuration set go
/// nowhere.
pub fn event(request: &Value, mail: &Mail) -> Option<Value> {
    let configuration_set = request["ConfigurationSetName"].as_str()?;
    let (local, domain) = mail.to.rsplit_once('@')?;
    if !domain.eq_ignore_ascii_case(DOMAIN) {
        return None;
    }
    // What follows a `+` is the sender's own.
    let mailbox = local.split('+').next()?.to_ascii_lowercase();
    let bounce = |sub_type: &str| {
        let recipient = json!({ "emailAddress": mail.to, "action": "failed", "status": "5.1.1" });
        let detail = json!({
            "bounceType": "Permanent",
            "bounceSubType": sub_type,
            "bouncedRecipients": [recipient],
        });
        ("Email Bounced", "Bounce", "bounce", detail)
    };
    let (kind, event_type, name, detail) = match &*mailbox {
        "bounce" => bounce("General"),
        "suppressionlist" => bounce("Suppressed"),
        "complaint" => {
            let detail = json!({
                "complainedRecipients": [{ "emailAddress": mail.to }],
                "complaintFeedbackType": "abuse",
            });
            ("Email Complaint Received", "Complaint", "complaint", detail)
        }
        _ => return None,
    };
    let mut tags = Map::new();
    for tag in request["EmailTags"].as_array().into_iter().flatten() {
        tags.insert(tag["Name"].as_str()?.to_owned(), json!([tag["Value"]]));
    }
    tags.insert("ses:configuration-set".into(), json!([configuration_set]));
    Some(json!({
        "version": "0",
        "id": mail.id,
        "detail-type": kind,
        "source": "aws.ses",
        "detail": {
            "eventType": event_type,
            name: detail,
            "mail": {
                "source": mail.from,
                "messageId": mail.id,
                "destination": [mail.to],
                "tags": tags,
            },
        },
    }))
}
