//! What pages and mails say: a file per language, for translators.
//!
//! A text that a language lacks does not compile. `functions/src/texts/en.rs` is the original.

mod da;
mod de;
mod en;
mod fr;

use roster_domain::{CodePurpose, Language, PasswordAdvice};

/// Its name in the file of the language. Each is a constant by itself, so that a function holds the
/// texts that it shows and no others.
macro_rules! text {
    ($name:ident, $language:expr) => {
        match $language {
            Language::En => &en::$name,
            Language::Fr => &fr::$name,
            Language::Da => &da::$name,
            Language::De => &de::$name,
        }
    };
}

/// The mail that brings a code.
pub(crate) fn mail(purpose: CodePurpose, language: Language) -> &'static Mail {
    match purpose {
        CodePurpose::Invitation => text!(INVITATION, language),
        CodePurpose::Verification => text!(VERIFICATION, language),
        CodePurpose::Reset => text!(RESET, language),
        CodePurpose::Undo => text!(UNDO, language),
        CodePurpose::Notice => text!(NOTICE, language),
    }
}

/// Who asks, if it is no user but the operator of the deployment: `{inviter}`.
pub(crate) fn operator(language: Language) -> &'static str {
    text!(OPERATOR, language)
}

/// What a mail says in advance to somebody whose address is a login to another account, if it is one that
/// such an address cannot be used with.
pub(crate) fn login_elsewhere(purpose: CodePurpose, language: Language) -> Option<&'static str> {
    match purpose {
        CodePurpose::Invitation => Some(text!(INVITED_ELSEWHERE, language)),
        CodePurpose::Verification => Some(text!(VERIFIED_ELSEWHERE, language)),
        CodePurpose::Reset | CodePurpose::Undo | CodePurpose::Notice => None,
    }
}

/// What both pages say.
pub(crate) fn common_page(language: Language) -> &'static CommonPage {
    text!(COMMON_PAGE, language)
}

/// The page on which people join, and confirm addresses.
pub(crate) fn join_page(language: Language) -> &'static JoinPage {
    text!(JOIN_PAGE, language)
}

/// The page on which people choose a new password, and take an address back.
pub(crate) fn reset_page(language: Language) -> &'static ResetPage {
    text!(RESET_PAGE, language)
}

/// `text` with the values of the `{names}` in it. A value is put in as it is, whatever it has in braces;
/// what has no value stays.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(2 * text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let named = after.split_once('}').and_then(|(name, after)| {
            let value = values.iter().find(|(known, _)| *known == name);
            value.map(|(_, value)| (*value, after))
        });
        let (value, after) = named.unwrap_or(("{", after));
        filled.push_str(before);
        filled.push_str(value);
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// What is wrong with a password, and what would be better.
pub(crate) fn password_advice(advice: PasswordAdvice, language: Language) -> &'static str {
    match language {
        Language::En => en::password_advice(advice),
        Language::Fr => fr::password_advice(advice),
        Language::Da => da::password_advice(advice),
        Language::De => de::password_advice(advice),
    }
}

/// A mail with a link. `{product}` is the product's name.
pub(crate) struct Mail {
    pub(crate) subject: &'static str,
    /// What it is about, and what to do.
    pub(crate) lead: Lead,
    /// The same where it is known who asks: `{inviter}`.
    pub(crate) lead_by: Option<Lead>,
    pub(crate) button: &'static str,
    /// Before the link in full.
    pub(crate) or: &'static str,
    /// How long the link works, if it ends.
    pub(crate) lifetime: Option<&'static str>,
    /// For people who did not ask for the mail.
    pub(crate) ignore: &'static str,
    /// Why it comes to this address.
    pub(crate) reason: &'static str,
}

/// One sentence or two about an account.
pub(crate) struct Lead {
    /// With its name: `{account}`.
    pub(crate) named: &'static str,
    /// Where it has none.
    pub(crate) unnamed: &'static str,
}

/// The texts of `api/pages/page.html`, in the order in which they stand there.
pub(crate) struct CommonPage {
    pub(crate) noscript: &'static str,
    pub(crate) go: &'static str,
    pub(crate) close: &'static str,
    pub(crate) password_needed: &'static str,
    pub(crate) password_weak: &'static str,
    pub(crate) later: &'static str,
    /// Those of the forms.
    pub(crate) email: &'static str,
    pub(crate) new_password: &'static str,
    pub(crate) password_hint: &'static str,
    pub(crate) show: &'static str,
}

/// The texts of `api/pages/join.html`, in the order in which they stand there.
pub(crate) struct JoinPage {
    pub(crate) invitation_lead: &'static str,
    pub(crate) verification_lead: &'static str,
    pub(crate) first: &'static str,
    pub(crate) optional: &'static str,
    pub(crate) last: &'static str,
    pub(crate) password: &'static str,
    pub(crate) forgotten: &'static str,
    pub(crate) join: &'static str,
    pub(crate) confirm: &'static str,
    pub(crate) reveal: &'static str,
    pub(crate) token: &'static str,
    pub(crate) fresh: &'static str,
    pub(crate) request: &'static str,
    pub(crate) write: &'static str,
    pub(crate) heading_invitation: &'static str,
    pub(crate) heading_verification: &'static str,
    pub(crate) joined: &'static str,
    pub(crate) confirmed: &'static str,
    pub(crate) name_not_saved: &'static str,
    pub(crate) missing: &'static str,
    pub(crate) used: &'static str,
    pub(crate) verification_used: &'static str,
    /// The address is somebody else's login, and proven.
    pub(crate) elsewhere: &'static str,
    pub(crate) verification_elsewhere: &'static str,
    pub(crate) expired: &'static str,
    pub(crate) verification_expired: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) email_needed: &'static str,
    pub(crate) password_wrong: &'static str,
    pub(crate) locked: &'static str,
    pub(crate) subject: &'static str,
}

/// The texts of `api/pages/reset.html`, in the order in which they stand there.
pub(crate) struct ResetPage {
    pub(crate) forgot_lead: &'static str,
    pub(crate) name: &'static str,
    pub(crate) send: &'static str,
    pub(crate) reset_lead: &'static str,
    pub(crate) save: &'static str,
    pub(crate) undo_lead: &'static str,
    pub(crate) undo: &'static str,
    pub(crate) again: &'static str,
    pub(crate) heading_forgot: &'static str,
    pub(crate) heading_reset: &'static str,
    pub(crate) heading_undo: &'static str,
    pub(crate) on_its_way: &'static str,
    pub(crate) saved: &'static str,
    pub(crate) undone: &'static str,
    pub(crate) used: &'static str,
    pub(crate) expired: &'static str,
    pub(crate) undo_used: &'static str,
    pub(crate) undo_expired: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) name_needed: &'static str,
    pub(crate) busy: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_of_a_password_in_english_what_the_api_says() {
        for advice in PasswordAdvice::all() {
            let api = match advice {
                PasswordAdvice::Warning(_) | PasswordAdvice::Suggestion(_) => advice.to_string(),
                PasswordAdvice::TooEasy => format!("Password {advice}"),
                PasswordAdvice::TooShort | PasswordAdvice::TooLong => format!("Password {advice}."),
            };
            assert_eq!(password_advice(advice, Language::En), api);
        }
    }

    #[test]
    fn a_value_is_put_in_once_and_as_it_is() {
        let values = [("product", "{account} & {"), ("account", "Orchard")];
        let filled = fill("{account} on {product}; {minutes} {", &values);
        assert_eq!(filled, "Orchard on {account} & {; {minutes} {");
        assert_eq!(fill("", &values), "");
    }

    #[test]
    fn no_advice_is_part_of_another() {
        // The page looks for each in what the API says.
        let sentences: Vec<_> = PasswordAdvice::all().map(|one| one.to_string()).collect();
        for one in &sentences {
            let within = sentences.iter().filter(|other| other.contains(one));
            assert_eq!(within.count(), 1, "{one}");
        }
    }
}
