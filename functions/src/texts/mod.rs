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

/// What an invitation says in advance to somebody whose address is a login to another account.
pub(crate) fn login_elsewhere(language: Language) -> &'static str {
    text!(LOGIN_ELSEWHERE, language)
}

/// The page that a mail's link opens.
pub(crate) fn join_page(language: Language) -> &'static JoinPage {
    text!(JOIN_PAGE, language)
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

/// A mail with a link.
pub(crate) struct Mail {
    pub(crate) subject: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) button: &'static str,
    /// Before the link in full.
    pub(crate) or: &'static str,
    /// How long the link works.
    pub(crate) lifetime: &'static str,
    /// For people who did not ask for the mail.
    pub(crate) ignore: &'static str,
}

/// The texts of `api/pages/join.html`, in the order in which they stand there.
pub(crate) struct JoinPage {
    pub(crate) title: &'static str,
    pub(crate) noscript: &'static str,
    pub(crate) invitation_lead: &'static str,
    pub(crate) verification_lead: &'static str,
    pub(crate) email: &'static str,
    pub(crate) first: &'static str,
    pub(crate) optional: &'static str,
    pub(crate) last: &'static str,
    pub(crate) password: &'static str,
    pub(crate) password_hint: &'static str,
    pub(crate) show: &'static str,
    pub(crate) join: &'static str,
    pub(crate) confirm: &'static str,
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
    /// The address is somebody else's login, and proven.
    pub(crate) elsewhere: &'static str,
    pub(crate) expired: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) email_needed: &'static str,
    pub(crate) password_needed: &'static str,
    pub(crate) password_weak: &'static str,
    pub(crate) password_wrong: &'static str,
    pub(crate) locked: &'static str,
    pub(crate) later: &'static str,
    pub(crate) subject: &'static str,
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
    fn no_advice_is_part_of_another() {
        // The page looks for each in what the API says.
        let sentences: Vec<_> = PasswordAdvice::all().map(|one| one.to_string()).collect();
        for one in &sentences {
            let within = sentences.iter().filter(|other| other.contains(one));
            assert_eq!(within.count(), 1, "{one}");
        }
    }
}
