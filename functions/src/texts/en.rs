//! English.

use super::{CommonPage, JoinPage, Lead, Mail, ResetPage};
use roster_domain::{PasswordAdvice, PasswordSuggestion as S, PasswordWarning as W};

/// Before the link in full.
const OR: &str = "Or open this link:";

/// How long a link works.
const LIFETIME: &str =
    "The link works once, for seven days. A newer mail of this kind replaces it.";

/// Who invites, if it is no user.
pub(super) const OPERATOR: &str = "The operator of {product}";

pub(super) const INVITATION: Mail = Mail {
    subject: "You are invited to {product}",
    lead: Lead {
        named: "You have been invited to join {account} on {product}. Choose a password to join.",
        unnamed: "You have been invited to {product}. Choose a password to join.",
    },
    lead_by: Some(Lead {
        named: "{inviter} invites you to join {account} on {product}. Choose a password to join.",
        unnamed: "{inviter} invites you to {product}. Choose a password to join.",
    }),
    button: "Join",
    or: OR,
    lifetime: Some(LIFETIME),
    ignore: "If you did not expect this, ignore it: nothing happens until the link is used.",
    reason: "You get this mail because this address was invited to {product}.",
};

pub(super) const VERIFICATION: Mail = Mail {
    subject: "Confirm your email address for {product}",
    lead: Lead {
        named: "Confirm that this is your address for {account} on {product}.",
        unnamed: "Confirm that this is your address on {product}.",
    },
    lead_by: None,
    button: "Confirm address",
    or: OR,
    lifetime: Some(LIFETIME),
    ignore: "If you did not give this address to {product}, ignore this mail.",
    reason: "You get this mail because this address was entered for a login to {product}.",
};

/// How long a link to choose a new password works.
const RESET_LIFETIME: &str =
    "The link works once, for thirty minutes. A newer mail of this kind replaces it.";

pub(super) const RESET: Mail = Mail {
    subject: "Choose a new password for {product}",
    lead: Lead {
        named: "Somebody, probably you, asked for a new password for your login to {account} on {product}.",
        unnamed: "Somebody, probably you, asked for a new password for your login to {product}.",
    },
    lead_by: None,
    button: "Choose a password",
    or: OR,
    lifetime: Some(RESET_LIFETIME),
    ignore: "If it was not you, ignore this mail: your password stays as it is.",
    reason: "You get this mail because this address belongs to a login to {product}.",
};

pub(super) const UNDO: Mail = Mail {
    subject: "Your email address for {product} was changed",
    lead: Lead {
        named: "The email address of your login to {account} on {product} was changed to another one. If that was right, you need not do anything.",
        unnamed: "The email address of your login to {product} was changed to another one. If that was right, you need not do anything.",
    },
    lead_by: None,
    button: "Undo the change",
    or: OR,
    lifetime: Some(LIFETIME),
    ignore: "Undoing it brings this address back, ends all sessions, and lets you choose a new password. That is possible for seven days.",
    reason: "You get this mail because this was the confirmed address of a login to {product}.",
};

pub(super) const NOTICE: Mail = Mail {
    subject: "Your password for {product} was changed",
    lead: Lead {
        named: "The password of your login to {account} on {product} was changed. If it was not you, choose a new one at once.",
        unnamed: "The password of your login to {product} was changed. If it was not you, choose a new one at once.",
    },
    lead_by: None,
    button: "Choose a new password",
    or: OR,
    lifetime: None,
    ignore: "If it was you, you need not do anything.",
    reason: "You get this mail because this address belongs to a login to {product}.",
};

/// For an invited person whose address already is a login to another account: in the mail, and after it.
pub(super) const INVITED_ELSEWHERE: &str = "You already have a login with this address in another account, and an address logs in to one account only. To join, ask for an invitation to another address.";

/// The same for a person who confirms an address.
pub(super) const VERIFIED_ELSEWHERE: &str = "You already have a login with this address in another account, and an address logs in to one account only. Log in to {product} and choose another address.";

pub(super) const COMMON_PAGE: CommonPage = CommonPage {
    noscript: "This page needs JavaScript. Switch it on, and open the page again.",
    go: "Go on to {product}",
    close: "You can close this page.",
    password_needed: "Enter a password.",
    password_weak: "Choose another password.",
    later: "That did not work just now. Try again in a moment.",
    email: "Email address",
    new_password: "New password",
    password_hint: "At least 8 characters. A few unrelated words are easy to remember and hard to guess.",
    show: "Show password",
};

pub(super) const JOIN_PAGE: JoinPage = JoinPage {
    invitation_lead: "You have been invited to {product}. Choose a password to join.",
    verification_lead: "Enter your password to confirm that this address is yours.",
    first: "First name",
    optional: "(optional)",
    last: "Last name",
    password: "Password",
    forgotten: "Forgot your password?",
    join: "Join",
    confirm: "Confirm address",
    reveal: "Show my token",
    token: "This is your token for the APIs of {product}; it is shown here only:",
    fresh: "If that does not help, ask whoever invited you for a fresh invitation. You can send them this:",
    request: "Hello, the link in my invitation to {product} does not work any more. Could you please send me a new one?",
    write: "Write this mail",
    heading_invitation: "Join {product}",
    heading_verification: "Confirm your email address",
    joined: "Welcome! You have joined, and your address is confirmed. From now on, log in with your email address and your password.",
    confirmed: "Thank you. Your address is confirmed.",
    name_not_saved: "Your name could not be saved; you can enter it again later.",
    missing: "There is no code in this address. Open the link in the mail again, and if you copy it, copy it whole.",
    used: "This link was used already, or a newer one was sent to you. If you have used it, just log in. Otherwise open the newest mail.",
    verification_used: "This link was used already, or a newer one was sent to you. If you have used it, just log in. Otherwise open the newest mail, or log in to {product} and ask for another one.",
    elsewhere: INVITED_ELSEWHERE,
    verification_elsewhere: VERIFIED_ELSEWHERE,
    expired: "This link has expired: it works for seven days.",
    verification_expired: "This link has expired: it works for seven days. Log in to {product} and ask for another mail.",
    unknown: "This code does not belong to this address. Open the link in the mail again, and if you copy it, copy it whole.",
    email_needed: "Enter the email address that the mail was sent to.",
    password_wrong: "This is not the password of this address, or access was taken away. Try again.",
    locked: "Too many wrong passwords. Try again in {minutes} min.",
    subject: "A new link to {product}, please",
};

pub(super) const RESET_PAGE: ResetPage = ResetPage {
    forgot_lead: "Enter the email address or the username that you log in to {product} with. You get a mail with a link to choose a new password.",
    name: "Email address or username",
    send: "Send the mail",
    reset_lead: "Choose a new password for {product}. All your sessions end, on every device.",
    save: "Save the password",
    undo_lead: "The email address of your login to {product} was changed. If that was not you, undo it: this address comes back, all sessions end, and you choose a new password.",
    undo: "Undo the change",
    again: "Ask for a new mail",
    heading_forgot: "Forgot your password?",
    heading_reset: "Choose a new password",
    heading_undo: "Undo the change of your address",
    on_its_way: "If there is a login with this name, a mail is on its way. It comes to the address that was confirmed last. If there is none in a few minutes, look into the spam folder.",
    saved: "Your new password is saved. Log in with it.",
    undone: "Your address is back. A mail to choose a new password was sent to it.",
    used: "This link was used already, or a newer one was sent to you. If you have used it, log in with your new password. Otherwise open the newest mail, or ask for a new one.",
    expired: "This link has expired: it works for thirty minutes. Ask for a new one.",
    undo_used: "This link was used already. If you have used it, look for the mail to choose a new password.",
    undo_expired: "This link has expired: a change can be undone for seven days.",
    unknown: "This link is not whole, or is no longer known. Open the link in the mail again, and if you copy it, copy it whole.",
    name_needed: "Enter an email address or a username.",
    busy: "There were too many attempts. Try again in {minutes} min.",
};

/// What is wrong with a password, and what would be better.
pub(super) fn password_advice(advice: PasswordAdvice) -> &'static str {
    use PasswordAdvice::{Suggestion, TooEasy, TooLong, TooShort, Warning};
    match advice {
        TooShort => "Password must be at least 8 characters.",
        TooLong => "Password must be at most 256 characters.",
        TooEasy => "Password is too easy to guess.",
        Warning(warning) => match warning {
            W::StraightRowsOfKeysAreEasyToGuess => "Straight rows of keys are easy to guess.",
            W::ShortKeyboardPatternsAreEasyToGuess => "Short keyboard patterns are easy to guess.",
            W::RepeatsLikeAaaAreEasyToGuess => "Repeats like \"aaa\" are easy to guess.",
            W::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
                "Repeats like \"abcabcabc\" are only slightly harder to guess than \"abc\"."
            }
            W::ThisIsATop10Password => "This is a top-10 common password.",
            W::ThisIsATop100Password => "This is a top-100 common password.",
            W::ThisIsACommonPassword => "This is a very common password.",
            W::ThisIsSimilarToACommonlyUsedPassword => {
                "This is similar to a commonly used password."
            }
            W::SequencesLikeAbcAreEasyToGuess => "Sequences like abc or 6543 are easy to guess.",
            W::RecentYearsAreEasyToGuess => "Recent years are easy to guess.",
            W::AWordByItselfIsEasyToGuess => "A word by itself is easy to guess.",
            W::DatesAreOftenEasyToGuess => "Dates are often easy to guess.",
            W::NamesAndSurnamesByThemselvesAreEasyToGuess => {
                "Names and surnames by themselves are easy to guess."
            }
            W::CommonNamesAndSurnamesAreEasyToGuess => {
                "Common names and surnames are easy to guess."
            }
        },
        Suggestion(suggestion) => match suggestion {
            S::UseAFewWordsAvoidCommonPhrases => "Use a few words, avoid common phrases.",
            S::NoNeedForSymbolsDigitsOrUppercaseLetters => {
                "No need for symbols, digits, or uppercase letters."
            }
            S::AddAnotherWordOrTwo => "Add another word or two. Uncommon words are better.",
            S::CapitalizationDoesntHelpVeryMuch => "Capitalization doesn't help very much.",
            S::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase => {
                "All-uppercase is almost as easy to guess as all-lowercase."
            }
            S::ReversedWordsArentMuchHarderToGuess => "Reversed words aren't much harder to guess.",
            S::PredictableSubstitutionsDontHelpVeryMuch => {
                "Predictable substitutions like '@' instead of 'a' don't help very much."
            }
            S::UseALongerKeyboardPatternWithMoreTurns => {
                "Use a longer keyboard pattern with more turns."
            }
            S::AvoidRepeatedWordsAndCharacters => "Avoid repeated words and characters.",
            S::AvoidSequences => "Avoid sequences.",
            S::AvoidRecentYears => "Avoid recent years.",
            S::AvoidYearsThatAreAssociatedWithYou => "Avoid years that are associated with you.",
            S::AvoidDatesAndYearsThatAreAssociatedWithYou => {
                "Avoid dates and years that are associated with you."
            }
        },
    }
}
