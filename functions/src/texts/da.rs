//! Danish.

use super::{JoinPage, Mail};
use roster_domain::{PasswordAdvice, PasswordSuggestion as S, PasswordWarning as W};

/// Before the link in full.
const OR: &str = "Eller åbn dette link:";

/// How long a link works.
const LIFETIME: &str =
    "Linket virker én gang, i syv dage. En nyere mail af denne slags erstatter det.";

pub(super) const INVITATION: Mail = Mail {
    subject: "Du er inviteret til Roster",
    lead: "Du er blevet inviteret til en konto på Roster. Vælg en adgangskode for at være med.",
    button: "Vær med",
    or: OR,
    lifetime: LIFETIME,
    ignore: "Hvis du ikke ventede denne mail, så se bort fra den: Der sker intet, før linket bruges.",
};

pub(super) const VERIFICATION: Mail = Mail {
    subject: "Bekræft din mailadresse",
    lead: "Bekræft, at denne adresse er din på Roster.",
    button: "Bekræft adressen",
    or: OR,
    lifetime: LIFETIME,
    ignore: "Hvis du ikke har givet Roster denne adresse, så se bort fra mailen.",
};

/// How long a link to choose a new password works.
const RESET_LIFETIME: &str =
    "Linket virker én gang, i tredive minutter. En nyere mail af denne slags erstatter det.";

pub(super) const RESET: Mail = Mail {
    subject: "Vælg en ny adgangskode",
    lead: "Nogen, sikkert dig, har bedt om en ny adgangskode til dit login på Roster.",
    button: "Vælg en adgangskode",
    or: OR,
    lifetime: RESET_LIFETIME,
    ignore: "Var det ikke dig, så se bort fra mailen: Din adgangskode er den samme.",
};

pub(super) const UNDO: Mail = Mail {
    subject: "Din mailadresse er ændret",
    lead: "Mailadressen til dit login på Roster er ændret til en anden. Var det rigtigt, skal du ikke gøre noget.",
    button: "Fortryd ændringen",
    or: OR,
    lifetime: LIFETIME,
    ignore: "Fortryder du, får du denne adresse tilbage, alle sessioner slutter, og du vælger en ny adgangskode. Det er muligt i syv dage.",
};

pub(super) const NOTICE: Mail = Mail {
    subject: "Din adgangskode er ændret",
    lead: "Adgangskoden til dit login på Roster er ændret.",
    button: "Vælg en ny adgangskode",
    or: OR,
    lifetime: "",
    ignore: "Var det ikke dig, så vælg straks en ny:",
};

/// For somebody whose address already is a login to another account: in an invitation, and after it.
pub(super) const LOGIN_ELSEWHERE: &str = "Du logger allerede ind på en anden konto med denne adresse, og en adresse hører kun til én konto. Bed om en invitation til en anden adresse for at være med.";

pub(super) const JOIN_PAGE: JoinPage = JoinPage {
    title: "Roster",
    noscript: "Denne side kræver JavaScript. Slå det til, og åbn linket i mailen igen.",
    invitation_lead: "Du er inviteret. Vælg en adgangskode for at være med.",
    verification_lead: "Indtast din adgangskode for at bekræfte, at adressen er din.",
    email: "Mailadresse",
    first: "Fornavn",
    optional: "(valgfrit)",
    last: "Efternavn",
    password: "Adgangskode",
    password_hint: "Mindst 8 tegn. Nogle få ord uden sammenhæng er nemme at huske og svære at gætte.",
    show: "Vis adgangskoden",
    join: "Vær med",
    confirm: "Bekræft adressen",
    token: "Du er logget ind. Dette er dit token til Rosters API'er; det vises kun her:",
    fresh: "Hjælper det ikke, så bed den, der inviterede dig, om en ny invitation. Du kan sende dette:",
    request: "Hej, linket i min mail fra Roster virker ikke længere. Vil du sende mig et nyt?",
    write: "Skriv denne mail",
    heading_invitation: "Bliv en del af Roster",
    heading_verification: "Bekræft din mailadresse",
    joined: "Velkommen! Du er med, og din adresse er bekræftet. Fra nu af logger du ind med din mailadresse og din adgangskode.",
    confirmed: "Tak. Din adresse er bekræftet. Du kan lukke siden.",
    name_not_saved: "Dit navn kunne ikke gemmes; du kan angive det senere.",
    missing: "Der er ingen kode i denne adresse. Åbn linket i mailen igen, og kopierer du det, så kopiér det hele.",
    used: "Linket er allerede brugt, eller du har fået et nyere. Har du brugt det, så log bare ind. Ellers åbn den nyeste mail.",
    elsewhere: LOGIN_ELSEWHERE,
    expired: "Linket er udløbet: Det virker i syv dage.",
    unknown: "Koden hører ikke til denne adresse. Åbn linket i mailen igen, og kopierer du det, så kopiér det hele.",
    email_needed: "Indtast den mailadresse, som mailen blev sendt til.",
    password_needed: "Indtast en adgangskode.",
    password_weak: "Vælg en anden adgangskode.",
    password_wrong: "Det er ikke adgangskoden til denne adresse, eller adgangen er fjernet. Prøv igen.",
    locked: "For mange forkerte adgangskoder. Prøv igen om {minutes} min.",
    later: "Det lykkedes ikke lige nu. Prøv igen om lidt.",
    subject: "Et nyt link til Roster, tak",
};

/// What is wrong with a password, and what would be better.
pub(super) fn password_advice(advice: PasswordAdvice) -> &'static str {
    use PasswordAdvice::{Suggestion, TooEasy, TooLong, TooShort, Warning};
    match advice {
        TooShort => "Adgangskoden skal have mindst 8 tegn.",
        TooLong => "Adgangskoden må højst have 256 tegn.",
        TooEasy => "Adgangskoden er for nem at gætte.",
        Warning(warning) => match warning {
            W::StraightRowsOfKeysAreEasyToGuess => "Rækker af nabotaster er nemme at gætte.",
            W::ShortKeyboardPatternsAreEasyToGuess => "Korte tastaturmønstre er nemme at gætte.",
            W::RepeatsLikeAaaAreEasyToGuess => "Gentagelser som »aaa« er nemme at gætte.",
            W::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
                "Gentagelser som »abcabcabc« er kun lidt sværere at gætte end »abc«."
            }
            W::ThisIsATop10Password => "Den er en af de ti mest brugte adgangskoder.",
            W::ThisIsATop100Password => "Den er en af de hundrede mest brugte adgangskoder.",
            W::ThisIsACommonPassword => "Det er en meget almindelig adgangskode.",
            W::ThisIsSimilarToACommonlyUsedPassword => {
                "Den ligner en adgangskode, som mange bruger."
            }
            W::SequencesLikeAbcAreEasyToGuess => {
                "Rækkefølger som abc eller 6543 er nemme at gætte."
            }
            W::RecentYearsAreEasyToGuess => "De seneste årstal er nemme at gætte.",
            W::AWordByItselfIsEasyToGuess => "Et ord alene er nemt at gætte.",
            W::DatesAreOftenEasyToGuess => "Datoer er ofte nemme at gætte.",
            W::NamesAndSurnamesByThemselvesAreEasyToGuess => {
                "For- og efternavne alene er nemme at gætte."
            }
            W::CommonNamesAndSurnamesAreEasyToGuess => {
                "Almindelige for- og efternavne er nemme at gætte."
            }
        },
        Suggestion(suggestion) => match suggestion {
            S::UseAFewWordsAvoidCommonPhrases => {
                "Brug nogle få ord, og undgå almindelige vendinger."
            }
            S::NoNeedForSymbolsDigitsOrUppercaseLetters => {
                "Symboler, tal og store bogstaver er ikke nødvendige."
            }
            S::AddAnotherWordOrTwo => "Tilføj et ord eller to. Sjældne ord er bedre.",
            S::CapitalizationDoesntHelpVeryMuch => "Store begyndelsesbogstaver hjælper ikke meget.",
            S::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase => {
                "Kun store bogstaver er næsten lige så nemme at gætte som kun små."
            }
            S::ReversedWordsArentMuchHarderToGuess => {
                "Ord, der er skrevet baglæns, er ikke meget sværere at gætte."
            }
            S::PredictableSubstitutionsDontHelpVeryMuch => {
                "Forudsigelige erstatninger som »@« for »a« hjælper ikke meget."
            }
            S::UseALongerKeyboardPatternWithMoreTurns => {
                "Brug et længere tastaturmønster med flere retningsskift."
            }
            S::AvoidRepeatedWordsAndCharacters => "Undgå gentagne ord og tegn.",
            S::AvoidSequences => "Undgå rækkefølger.",
            S::AvoidRecentYears => "Undgå de seneste årstal.",
            S::AvoidYearsThatAreAssociatedWithYou => "Undgå årstal, der har med dig at gøre.",
            S::AvoidDatesAndYearsThatAreAssociatedWithYou => {
                "Undgå datoer og årstal, der har med dig at gøre."
            }
        },
    }
}
