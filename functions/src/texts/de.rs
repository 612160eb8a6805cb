//! German.

use super::{JoinPage, Mail};
use roster_domain::{PasswordAdvice, PasswordSuggestion as S, PasswordWarning as W};

/// Before the link in full.
const OR: &str = "Oder öffnen Sie diesen Link:";

/// How long a link works.
const LIFETIME: &str =
    "Der Link gilt einmal, sieben Tage lang. Eine neuere Mail dieser Art ersetzt ihn.";

pub(super) const INVITATION: Mail = Mail {
    subject: "Sie sind zu Roster eingeladen",
    lead: "Sie wurden eingeladen, einem Konto bei Roster beizutreten. Wählen Sie ein Passwort, um beizutreten.",
    button: "Beitreten",
    or: OR,
    lifetime: LIFETIME,
    ignore: "Falls Sie diese Mail nicht erwartet haben, ignorieren Sie sie: Es geschieht nichts, solange der Link nicht benutzt wird.",
};

pub(super) const VERIFICATION: Mail = Mail {
    subject: "Bestätigen Sie Ihre Mailadresse",
    lead: "Bestätigen Sie, dass diese Adresse bei Roster Ihre ist.",
    button: "Adresse bestätigen",
    or: OR,
    lifetime: LIFETIME,
    ignore: "Falls Sie Roster diese Adresse nicht genannt haben, ignorieren Sie diese Mail.",
};

/// How long a link to choose a new password works.
const RESET_LIFETIME: &str =
    "Der Link gilt einmal, dreißig Minuten lang. Eine neuere Mail dieser Art ersetzt ihn.";

pub(super) const RESET: Mail = Mail {
    subject: "Wählen Sie ein neues Passwort",
    lead: "Jemand, vermutlich Sie, hat ein neues Passwort für Ihren Zugang zu Roster angefordert.",
    button: "Passwort wählen",
    or: OR,
    lifetime: RESET_LIFETIME,
    ignore: "Falls Sie es nicht waren, ignorieren Sie diese Mail: Ihr Passwort bleibt, wie es ist.",
};

pub(super) const UNDO: Mail = Mail {
    subject: "Ihre Mailadresse wurde geändert",
    lead: "Die Mailadresse Ihres Zugangs zu Roster wurde in eine andere geändert. Wenn das richtig war, brauchen Sie nichts zu tun.",
    button: "Änderung rückgängig machen",
    or: OR,
    lifetime: LIFETIME,
    ignore: "Damit bekommen Sie diese Adresse zurück, alle Sitzungen enden, und Sie wählen ein neues Passwort. Das ist sieben Tage lang möglich.",
};

pub(super) const NOTICE: Mail = Mail {
    subject: "Ihr Passwort wurde geändert",
    lead: "Das Passwort Ihres Zugangs zu Roster wurde geändert.",
    button: "Neues Passwort wählen",
    or: OR,
    lifetime: "",
    ignore: "Falls Sie es nicht waren, wählen Sie sofort ein neues:",
};

/// For somebody whose address already is a login to another account: in an invitation, and after it.
pub(super) const LOGIN_ELSEWHERE: &str = "Sie melden sich mit dieser Adresse schon bei einem anderen Konto an, und eine Adresse gehört zu nur einem Konto. Um beizutreten, bitten Sie um eine Einladung an eine andere Adresse.";

pub(super) const JOIN_PAGE: JoinPage = JoinPage {
    title: "Roster",
    noscript: "Diese Seite braucht JavaScript. Schalten Sie es ein und öffnen Sie den Link aus der Mail erneut.",
    invitation_lead: "Sie wurden eingeladen. Wählen Sie ein Passwort, um beizutreten.",
    verification_lead: "Geben Sie Ihr Passwort ein, um zu bestätigen, dass diese Adresse Ihre ist.",
    email: "Mailadresse",
    first: "Vorname",
    optional: "(freiwillig)",
    last: "Nachname",
    password: "Passwort",
    password_hint: "Mindestens 8 Zeichen. Ein paar Wörter ohne Zusammenhang sind leicht zu merken und schwer zu erraten.",
    show: "Passwort anzeigen",
    join: "Beitreten",
    confirm: "Adresse bestätigen",
    token: "Sie sind angemeldet. Dies ist Ihr Token für die APIs von Roster; es wird nur hier angezeigt:",
    fresh: "Hilft das nicht, bitten Sie die Person, die Sie eingeladen hat, um eine neue Einladung. Sie können ihr dies senden:",
    request: "Hallo, der Link in meiner Mail von Roster funktioniert nicht mehr. Könnten Sie mir bitte einen neuen schicken?",
    write: "Diese Mail schreiben",
    heading_invitation: "Roster beitreten",
    heading_verification: "Mailadresse bestätigen",
    joined: "Willkommen! Sie sind beigetreten, und Ihre Adresse ist bestätigt. Von nun an melden Sie sich mit Ihrer Mailadresse und Ihrem Passwort an.",
    confirmed: "Danke. Ihre Adresse ist bestätigt. Sie können diese Seite schließen.",
    name_not_saved: "Ihr Name konnte nicht gespeichert werden; Sie können ihn später angeben.",
    missing: "In dieser Adresse ist kein Code. Öffnen Sie den Link in der Mail erneut; wenn Sie ihn kopieren, dann vollständig.",
    used: "Dieser Link wurde schon benutzt, oder Sie haben einen neueren bekommen. Wenn Sie ihn benutzt haben, melden Sie sich einfach an. Sonst öffnen Sie die neueste Mail.",
    elsewhere: LOGIN_ELSEWHERE,
    expired: "Dieser Link ist abgelaufen: Er gilt sieben Tage lang.",
    unknown: "Dieser Code gehört nicht zu dieser Adresse. Öffnen Sie den Link in der Mail erneut; wenn Sie ihn kopieren, dann vollständig.",
    email_needed: "Geben Sie die Mailadresse ein, an die die Mail ging.",
    password_needed: "Geben Sie ein Passwort ein.",
    password_weak: "Wählen Sie ein anderes Passwort.",
    password_wrong: "Das ist nicht das Passwort zu dieser Adresse, oder der Zugang wurde entzogen. Versuchen Sie es noch einmal.",
    locked: "Zu viele falsche Passwörter. Versuchen Sie es in {minutes} Min. noch einmal.",
    later: "Das hat gerade nicht geklappt. Versuchen Sie es gleich noch einmal.",
    subject: "Bitte ein neuer Link zu Roster",
};

/// What is wrong with a password, and what would be better.
pub(super) fn password_advice(advice: PasswordAdvice) -> &'static str {
    use PasswordAdvice::{Suggestion, TooEasy, TooLong, TooShort, Warning};
    match advice {
        TooShort => "Das Passwort muss mindestens 8 Zeichen haben.",
        TooLong => "Das Passwort darf höchstens 256 Zeichen haben.",
        TooEasy => "Das Passwort ist zu leicht zu erraten.",
        Warning(warning) => match warning {
            W::StraightRowsOfKeysAreEasyToGuess => {
                "Reihen benachbarter Tasten sind leicht zu erraten."
            }
            W::ShortKeyboardPatternsAreEasyToGuess => {
                "Kurze Tastaturmuster sind leicht zu erraten."
            }
            W::RepeatsLikeAaaAreEasyToGuess => "Wiederholungen wie „aaa“ sind leicht zu erraten.",
            W::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
                "Wiederholungen wie „abcabcabc“ sind kaum schwerer zu erraten als „abc“."
            }
            W::ThisIsATop10Password => "Es ist eines der zehn häufigsten Passwörter.",
            W::ThisIsATop100Password => "Es ist eines der hundert häufigsten Passwörter.",
            W::ThisIsACommonPassword => "Es ist ein sehr häufiges Passwort.",
            W::ThisIsSimilarToACommonlyUsedPassword => "Es ähnelt einem häufig benutzten Passwort.",
            W::SequencesLikeAbcAreEasyToGuess => "Folgen wie abc oder 6543 sind leicht zu erraten.",
            W::RecentYearsAreEasyToGuess => "Jahreszahlen der letzten Zeit sind leicht zu erraten.",
            W::AWordByItselfIsEasyToGuess => "Ein einzelnes Wort ist leicht zu erraten.",
            W::DatesAreOftenEasyToGuess => "Datumsangaben sind oft leicht zu erraten.",
            W::NamesAndSurnamesByThemselvesAreEasyToGuess => {
                "Vor- und Nachnamen allein sind leicht zu erraten."
            }
            W::CommonNamesAndSurnamesAreEasyToGuess => {
                "Häufige Vor- und Nachnamen sind leicht zu erraten."
            }
        },
        Suggestion(suggestion) => match suggestion {
            S::UseAFewWordsAvoidCommonPhrases => {
                "Nehmen Sie ein paar Wörter, aber keine gängigen Redewendungen."
            }
            S::NoNeedForSymbolsDigitsOrUppercaseLetters => {
                "Sonderzeichen, Ziffern und Großbuchstaben sind nicht nötig."
            }
            S::AddAnotherWordOrTwo => {
                "Fügen Sie ein oder zwei Wörter hinzu. Seltene Wörter sind besser."
            }
            S::CapitalizationDoesntHelpVeryMuch => "Ein Großbuchstabe am Anfang hilft nicht viel.",
            S::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase => {
                "Nur Großbuchstaben sind fast so leicht zu erraten wie nur Kleinbuchstaben."
            }
            S::ReversedWordsArentMuchHarderToGuess => {
                "Rückwärts geschriebene Wörter sind nicht viel schwerer zu erraten."
            }
            S::PredictableSubstitutionsDontHelpVeryMuch => {
                "Naheliegende Ersetzungen wie „@“ statt „a“ helfen nicht viel."
            }
            S::UseALongerKeyboardPatternWithMoreTurns => {
                "Nehmen Sie ein längeres Tastaturmuster mit mehr Richtungswechseln."
            }
            S::AvoidRepeatedWordsAndCharacters => "Vermeiden Sie wiederholte Wörter und Zeichen.",
            S::AvoidSequences => "Vermeiden Sie Folgen.",
            S::AvoidRecentYears => "Vermeiden Sie Jahreszahlen der letzten Zeit.",
            S::AvoidYearsThatAreAssociatedWithYou => {
                "Vermeiden Sie Jahreszahlen, die mit Ihnen zu tun haben."
            }
            S::AvoidDatesAndYearsThatAreAssociatedWithYou => {
                "Vermeiden Sie Daten und Jahreszahlen, die mit Ihnen zu tun haben."
            }
        },
    }
}
