//! English.

use super::{JoinPage, Mail};
use roster_domain::{PasswordAdvice, PasswordSuggestion as S, PasswordWarning as W};

/// Before the link in full.
const OR: &str = "Or open this link:";

/// How long a link works.
const LIFETIME: &str =
    "The link works once, for seven days. A newer mail of this kind replaces it.";

pub(super) const INVITATION: Mail = Mail {
    subject: "You are invited to Roster",
    lead: "You have been invited to join an account on Roster. Choose a password to join.",
    button: "Join",
    or: OR,
    lifetime: LIFETIME,
    ignore: "If you did not expect this, ignore it: nothing happens until the link is used.",
};

pub(super) const VERIFICATION: Mail = Mail {
    subject: "Confirm your email address",
    lead: "Confirm that this is your address on Roster.",
    button: "Confirm address",
    or: OR,
    lifetime: LIFETIME,
    ignore: "If you did not give this address to Roster, ignore this mail.",
};

/// How long a link to choose a new password works.
const RESET_LIFETIME: &str =
    "The link works once, for thirty minutes. A newer mail of this kind replaces it.";

pub(super) const RESET: Mail = Mail {
    subject: "Choose a new password",
    lead: "Somebody, probably you, asked for a new password for your login to Roster.",
    button: "Choose a password",
    or: OR,
    lifetime: RESET_LIFETIME,
    ignore: "If it was not you, ignore this mail: your password stays as it is.",
};

pub(super) const UNDO: Mail = Mail {
    subject: "Your email address was changed",
    lead: "The email address of your login to Roster was changed to another one. If that was right, you need not do anything.",
    button: "Undo the change",
    or: OR,
    lifetime: LIFETIME,
    ignore: "Undoing it brings this address back, ends all sessions, and lets you choose a new password. That is possible for seven days.",
};

pub(super) const NOTICE: Mail = Mail {
    subject: "Your password was changed",
    lead: "The password of your login to Roster was changed.",
    button: "Choose a new password",
    or: OR,
    lifetime: "",
    ignore: "If it was not you, choose a new one at once:",
};

/// For somebody whose address already is a login to another account: in an invitation, and after it.
pub(super) const LOGIN_ELSEWHERE: &str = "You already have a login with this address in another account, and an address logs in to one account only. To join, ask for an invitation to another address.";

pub(super) const JOIN_PAGE: JoinPage = JoinPage {
    title: "Roster",
    noscript: "This page needs JavaScript. Switch it on and open the link from the mail again.",
    invitation_lead: "You have been invited. Choose a password to join.",
    verification_lead: "Enter your password to confirm that this address is yours.",
    email: "Email address",
    first: "First name",
    optional: "(optional)",
    last: "Last name",
    password: "Password",
    password_hint: "At least 8 characters. A few unrelated words are easy to remember and hard to guess.",
    show: "Show password",
    join: "Join",
    confirm: "Confirm address",
    token: "You are logged in. This is your token for Roster's APIs; it is shown here only:",
    fresh: "If that does not help, ask whoever invited you for a fresh invitation. You can send them this:",
    request: "Hello, the link in my mail from Roster does not work any more. Could you please send me a new one?",
    write: "Write this mail",
    heading_invitation: "Join Roster",
    heading_verification: "Confirm your email address",
    joined: "Welcome! You have joined, and your address is confirmed. From now on, log in with your email address and your password.",
    confirmed: "Thank you. Your address is confirmed. You can close this page.",
    name_not_saved: "Your name could not be saved; you can enter it again later.",
    missing: "There is no code in this address. Open the link in the mail again, and if you copy it, copy it whole.",
    used: "This link was used already, or a newer one was sent to you. If you have used it, just log in. Otherwise open the newest mail.",
    elsewhere: LOGIN_ELSEWHERE,
    expired: "This link has expired: it works for seven days.",
    unknown: "This code does not belong to this address. Open the link in the mail again, and if you copy it, copy it whole.",
    email_needed: "Enter the email address that the mail was sent to.",
    password_needed: "Enter a password.",
    password_weak: "Choose another password.",
    password_wrong: "This is not the password of this address, or access was taken away. Try again.",
    locked: "Too many wrong passwords. Try again in {minutes} min.",
    later: "That did not work just now. Try again in a moment.",
    subject: "A new link to Roster, please",
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
