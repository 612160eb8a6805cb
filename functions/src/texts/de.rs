//! German.

use super::{CommonPage, JoinPage, Lead, Mail, ResetPage};
use roster_domain::{PasswordAdvice, PasswordSuggestion as S, PasswordWarning as W};

/// Before the link in full.
const OR: &str = "Oder öffnen Sie diesen Link:";

/// How long a link works.
const LIFETIME: &str =
    "Der Link gilt einmal, sieben Tage lang. Eine neuere Mail dieser Art ersetzt ihn.";

/// Who invites, if it is no user.
pub(super) const OPERATOR: &str = "Der Betreiber von {product}";

pub(super) const INVITATION: Mail = Mail {
    subject: "Sie sind zu {product} eingeladen",
    lead: Lead {
        named: "Sie wurden eingeladen, {account} bei {product} beizutreten. Wählen Sie ein Passwort, um beizutreten.",
        unnamed: "Sie wurden zu {product} eingeladen. Wählen Sie ein Passwort, um beizutreten.",
    },
    lead_by: Some(Lead {
        named: "{inviter} lädt Sie ein, {account} bei {product} beizutreten. Wählen Sie ein Passwort, um beizutreten.",
        unnamed: "{inviter} lädt Sie zu {product} ein. Wählen Sie ein Passwort, um beizutreten.",
    }),
    button: "Beitreten",
    or: OR,
    lifetime: Some(LIFETIME),
    ignore: "Falls Sie diese Mail nicht erwartet haben, ignorieren Sie sie: Es geschieht nichts, solange der Link nicht benutzt wird.",
    reason: "Sie bekommen diese Mail, weil diese Adresse zu {product} eingeladen wurde.",
};

pub(super) const VERIFICATION: Mail = Mail {
    subject: "Bestätigen Sie Ihre Mailadresse für {product}",
    lead: Lead {
        named: "Bestätigen Sie, dass diese Adresse für {account} bei {product} Ihre ist.",
        unnamed: "Bestätigen Sie, dass diese Adresse bei {product} Ihre ist.",
    },
    lead_by: None,
    button: "Adresse bestätigen",
    or: OR,
    lifetime: Some(LIFETIME),
    ignore: "Falls Sie {product} diese Adresse nicht genannt haben, ignorieren Sie diese Mail.",
    reason: "Sie bekommen diese Mail, weil diese Adresse für einen Zugang zu {product} angegeben wurde.",
};

/// How long a link to choose a new password works.
const RESET_LIFETIME: &str =
    "Der Link gilt einmal, dreißig Minuten lang. Eine neuere Mail dieser Art ersetzt ihn.";

pub(super) const RESET: Mail = Mail {
    subject: "Wählen Sie ein neues Passwort für {product}",
    lead: Lead {
        named: "Jemand, vermutlich Sie, hat ein neues Passwort für Ihren Zugang zu {account} bei {product} angefordert.",
        unnamed: "Jemand, vermutlich Sie, hat ein neues Passwort für Ihren Zugang zu {product} angefordert.",
    },
    lead_by: None,
    button: "Passwort wählen",
    or: OR,
    lifetime: Some(RESET_LIFETIME),
    ignore: "Falls Sie es nicht waren, ignorieren Sie diese Mail: Ihr Passwort bleibt, wie es ist.",
    reason: "Sie bekommen diese Mail, weil diese Adresse zu einem Zugang zu {product} gehört.",
};

pub(super) const UNDO: Mail = Mail {
    subject: "Ihre Mailadresse für {product} wurde geändert",
    lead: Lead {
        named: "Die Mailadresse Ihres Zugangs zu {account} bei {product} wurde in eine andere geändert. Wenn das richtig war, brauchen Sie nichts zu tun.",
        unnamed: "Die Mailadresse Ihres Zugangs zu {product} wurde in eine andere geändert. Wenn das richtig war, brauchen Sie nichts zu tun.",
    },
    lead_by: None,
    button: "Änderung rückgängig machen",
    or: OR,
    lifetime: Some(LIFETIME),
    ignore: "Damit bekommen Sie diese Adresse zurück, alle Sitzungen enden, und Sie wählen ein neues Passwort. Das ist sieben Tage lang möglich.",
    reason: "Sie bekommen diese Mail, weil dies die bestätigte Adresse eines Zugangs zu {product} war.",
};

pub(super) const NOTICE: Mail = Mail {
    subject: "Ihr Passwort für {product} wurde geändert",
    lead: Lead {
        named: "Das Passwort Ihres Zugangs zu {account} bei {product} wurde geändert. Falls Sie es nicht waren, wählen Sie sofort ein neues.",
        unnamed: "Das Passwort Ihres Zugangs zu {product} wurde geändert. Falls Sie es nicht waren, wählen Sie sofort ein neues.",
    },
    lead_by: None,
    button: "Neues Passwort wählen",
    or: OR,
    lifetime: None,
    ignore: "Falls Sie es waren, brauchen Sie nichts zu tun.",
    reason: "Sie bekommen diese Mail, weil diese Adresse zu einem Zugang zu {product} gehört.",
};

/// For an invited person whose address already is a login to another account: in the mail, and after it.
pub(super) const INVITED_ELSEWHERE: &str = "Sie melden sich mit dieser Adresse schon bei einem anderen Konto an, und eine Adresse gehört zu nur einem Konto. Um beizutreten, bitten Sie um eine Einladung an eine andere Adresse.";

/// The same for a person who confirms an address.
pub(super) const VERIFIED_ELSEWHERE: &str = "Sie melden sich mit dieser Adresse schon bei einem anderen Konto an, und eine Adresse gehört zu nur einem Konto. Melden Sie sich bei {product} an und wählen Sie eine andere Adresse.";

pub(super) const COMMON_PAGE: CommonPage = CommonPage {
    noscript: "Diese Seite braucht JavaScript. Schalten Sie es ein und öffnen Sie die Seite erneut.",
    go: "Weiter zu {product}",
    close: "Sie können diese Seite schließen.",
    password_needed: "Geben Sie ein Passwort ein.",
    password_weak: "Wählen Sie ein anderes Passwort.",
    later: "Das hat gerade nicht geklappt. Versuchen Sie es gleich noch einmal.",
    email: "Mailadresse",
    new_password: "Neues Passwort",
    password_hint: "Mindestens 8 Zeichen. Ein paar Wörter ohne Zusammenhang sind leicht zu merken und schwer zu erraten.",
    show: "Passwort anzeigen",
};

pub(super) const JOIN_PAGE: JoinPage = JoinPage {
    invitation_lead: "Sie wurden zu {product} eingeladen. Wählen Sie ein Passwort, um beizutreten.",
    verification_lead: "Geben Sie Ihr Passwort ein, um zu bestätigen, dass diese Adresse Ihre ist.",
    first: "Vorname",
    optional: "(freiwillig)",
    last: "Nachname",
    password: "Passwort",
    forgotten: "Passwort vergessen?",
    join: "Beitreten",
    confirm: "Adresse bestätigen",
    reveal: "Mein Token anzeigen",
    token: "Dies ist Ihr Token für die APIs von {product}; es wird nur hier angezeigt:",
    fresh: "Hilft das nicht, bitten Sie die Person, die Sie eingeladen hat, um eine neue Einladung. Sie können ihr dies senden:",
    request: "Hallo, der Link in meiner Einladung zu {product} funktioniert nicht mehr. Könnten Sie mir bitte einen neuen schicken?",
    write: "Diese Mail schreiben",
    heading_invitation: "{product} beitreten",
    heading_verification: "Mailadresse bestätigen",
    joined: "Willkommen! Sie sind beigetreten, und Ihre Adresse ist bestätigt. Von nun an melden Sie sich mit Ihrer Mailadresse und Ihrem Passwort an.",
    confirmed: "Danke. Ihre Adresse ist bestätigt.",
    name_not_saved: "Ihr Name konnte nicht gespeichert werden; Sie können ihn später angeben.",
    missing: "In dieser Adresse ist kein Code. Öffnen Sie den Link in der Mail erneut; wenn Sie ihn kopieren, dann vollständig.",
    used: "Dieser Link wurde schon benutzt, oder Sie haben einen neueren bekommen. Wenn Sie ihn benutzt haben, melden Sie sich einfach an. Sonst öffnen Sie die neueste Mail.",
    verification_used: "Dieser Link wurde schon benutzt, oder Sie haben einen neueren bekommen. Wenn Sie ihn benutzt haben, melden Sie sich einfach an. Sonst öffnen Sie die neueste Mail, oder melden Sie sich bei {product} an und fordern Sie eine neue an.",
    elsewhere: INVITED_ELSEWHERE,
    verification_elsewhere: VERIFIED_ELSEWHERE,
    expired: "Dieser Link ist abgelaufen: Er gilt sieben Tage lang.",
    verification_expired: "Dieser Link ist abgelaufen: Er gilt sieben Tage lang. Melden Sie sich bei {product} an und fordern Sie eine neue Mail an.",
    unknown: "Dieser Code gehört nicht zu dieser Adresse. Öffnen Sie den Link in der Mail erneut; wenn Sie ihn kopieren, dann vollständig.",
    email_needed: "Geben Sie die Mailadresse ein, an die die Mail ging.",
    password_wrong: "Das ist nicht das Passwort zu dieser Adresse, oder der Zugang wurde entzogen. Versuchen Sie es noch einmal.",
    locked: "Zu viele falsche Passwörter. Versuchen Sie es in {minutes} Min. noch einmal.",
    subject: "Bitte ein neuer Link zu {product}",
};

pub(super) const RESET_PAGE: ResetPage = ResetPage {
    forgot_lead: "Geben Sie die Mailadresse oder den Benutzernamen ein, mit dem Sie sich bei {product} anmelden. Sie bekommen eine Mail mit einem Link, um ein neues Passwort zu wählen.",
    name: "Mailadresse oder Benutzername",
    send: "Mail senden",
    reset_lead: "Wählen Sie ein neues Passwort für {product}. Alle Ihre Sitzungen enden, auf jedem Gerät.",
    save: "Passwort speichern",
    undo_lead: "Die Mailadresse Ihres Zugangs zu {product} wurde geändert. Falls Sie es nicht waren, machen Sie es rückgängig: Sie bekommen diese Adresse zurück, alle Sitzungen enden, und Sie wählen ein neues Passwort.",
    undo: "Änderung rückgängig machen",
    again: "Neue Mail anfordern",
    heading_forgot: "Passwort vergessen?",
    heading_reset: "Neues Passwort wählen",
    heading_undo: "Änderung der Adresse rückgängig machen",
    on_its_way: "Wenn es einen Zugang mit diesem Namen gibt, ist eine Mail unterwegs. Sie geht an die zuletzt bestätigte Adresse. Ist in ein paar Minuten keine da, sehen Sie im Spam-Ordner nach.",
    saved: "Ihr neues Passwort ist gespeichert. Melden Sie sich damit an.",
    undone: "Sie haben Ihre Adresse wieder. Eine Mail, um ein neues Passwort zu wählen, wurde an sie gesendet.",
    used: "Dieser Link wurde schon benutzt, oder Sie haben einen neueren bekommen. Wenn Sie ihn benutzt haben, melden Sie sich mit Ihrem neuen Passwort an. Sonst öffnen Sie die neueste Mail, oder fordern Sie eine neue an.",
    expired: "Dieser Link ist abgelaufen: Er gilt dreißig Minuten lang. Fordern Sie einen neuen an.",
    undo_used: "Dieser Link wurde schon benutzt. Wenn Sie ihn benutzt haben, suchen Sie nach der Mail, um ein neues Passwort zu wählen.",
    undo_expired: "Dieser Link ist abgelaufen: Eine Änderung kann sieben Tage lang rückgängig gemacht werden.",
    unknown: "Dieser Link ist nicht vollständig oder nicht mehr bekannt. Öffnen Sie den Link in der Mail erneut; wenn Sie ihn kopieren, dann vollständig.",
    name_needed: "Geben Sie eine Mailadresse oder einen Benutzernamen ein.",
    busy: "Es waren zu viele Versuche. Versuchen Sie es in {minutes} Min. noch einmal.",
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
