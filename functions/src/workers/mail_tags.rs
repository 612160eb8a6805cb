//! What SES says of a mail, long after it took it, names the challenge that the mail was for.

use aws_sdk_sesv2::types::{MessageTag, builders::MessageTagBuilder};
use roster_domain::{Challenge, CodePurpose, UserKey};
use std::collections::BTreeMap;

/// Tags have ASCII letters, digits, `_` and `-`: ids and purposes are such.
const ACCOUNT: &str = "account";
const USER: &str = "user";
const PURPOSE: &str = "purpose";

/// The tags of a mail for `challenge`.
pub(super) fn tags_of(challenge: &Challenge) -> Vec<MessageTag> {
    let tags = [
        (ACCOUNT, challenge.account.to_string()),
        (USER, challenge.user.to_string()),
        (PURPOSE, challenge.purpose.as_str().to_owned()),
    ];
    let tag = |(name, value): (&str, String)| MessageTag::builder().name(name).value(value);
    // A tag with a name and a value is whole.
    let tags = tags.map(tag).into_iter().map(MessageTagBuilder::build);
    tags.filter_map(Result::ok).collect()
}

/// The challenge whose mail has these tags, as SES hands them back: each with its values.
pub(super) fn challenge_of(tags: &BTreeMap<String, Vec<String>>) -> Option<(CodePurpose, UserKey)> {
    let tag = |name: &str| tags.get(name)?.first();
    let purpose = tag(PURPOSE)?;
    let mut purposes = CodePurpose::ALL.into_iter();
    let user = UserKey {
        account: tag(ACCOUNT)?.parse().ok()?,
        user: tag(USER)?.parse().ok()?,
    };
    Some((purposes.find(|known| known.as_str() == purpose)?, user))
}
