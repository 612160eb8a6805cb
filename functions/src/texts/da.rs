//! Danish.

use super::{CommonPage, JoinPage, Lead, Mail, ResetPage};
use roster_domain::{PasswordAdvice, PasswordSuggestion as S, PasswordWarning as W};

/// Before the link in full.
const OR: &str = "Eller åbn dette link:";

/// How long a link works.
const LIFETIME: &str =
    "Linket virker én gang, i syv dage. En nyere mail af denne slags erstatter det.";

/// Who invites, if it is no user.
pub(super) const OPERATOR: &str = "Operatøren af {product}";

pub(super) const INVITATION: Mail = Mail {
    subject: "Du er inviteret til {product}",
    lead: Lead {
        named: "Du er blevet inviteret til {account} på {product}. Vælg en adgangskode for at være med.",
        unnamed: "Du er blevet inviteret til {product}. Vælg en adgangskode for at være med.",
    },
    lead_by: Some(Lead {
        named: "{inviter} inviterer dig til {account} på {product}. Vælg en adgangskode for at være med.",
        unnamed: "{inviter} inviterer dig til {product}. Vælg en adgangskode for at være med.",
    }),
    button: "Vær med",
    or: OR,
    lifetime: Some(LIFETIME),
    ignore: "Hvis du ikke ventede denne mail, så se bort fra den: Der sker intet, før linket bruges.",
    reason: "Du får denne mail, fordi denne adresse er inviteret til {product}.",
};

pub(super) const VERIFICATION: Mail = Mail {
    subject: "Bekræft din mailadresse til {product}",
    lead: Lead {
        named: "Bekræft, at denne adresse er din til {account} på {product}.",
        unnamed: "Bekræft, at denne adresse er din på {product}.",
    },
    lead_by: None,
    button: "Bekræft adressen",
    or: OR,
    lifetime: Some(LIFETIME),
    ignore: "Hvis du ikke har givet {product} denne adresse, så se bort fra mailen.",
    reason: "Du får denne mail, fordi denne adresse er angivet til et login på {product}.",
};

/// How long a link to choose a new password works.
const RESET_LIFETIME: &str =
    "Linket virker én gang, i tredive minutter. En nyere mail af denne slags erstatter det.";

pub(super) const RESET: Mail = Mail {
    subject: "Vælg en ny adgangskode til {product}",
    lead: Lead {
        named: "Nogen, sikkert dig, har bedt om en ny adgangskode til dit login til {account} på {product}.",
        unnamed: "Nogen, sikkert dig, har bedt om en ny adgangskode til dit login på {product}.",
    },
    lead_by: None,
    button: "Vælg en adgangskode",
    or: OR,
    lifetime: Some(RESET_LIFETIME),
    ignore: "Var det ikke dig, så se bort fra mailen: Din adgangskode er den samme.",
    reason: "Du får denne mail, fordi denne adresse hører til et login på {product}.",
};

pub(super) const UNDO: Mail = Mail {
    subject: "Din mailadresse til {product} er ændret",
    lead: Lead {
        named: "Mailadressen til dit login til {account} på {product} er ændret til en anden. Var det rigtigt, skal du ikke gøre noget.",
        unnamed: "Mailadressen til dit login på {product} er ændret til en anden. Var det rigtigt, skal du ikke gøre noget.",
    },
    lead_by: None,
    button: "Fortryd ændringen",
    or: OR,
    lifetime: Some(LIFETIME),
    ignore: "Fortryder du, får du denne adresse tilbage, alle sessioner slutter, og du vælger en ny adgangskode. Det er muligt i syv dage.",
    reason: "Du får denne mail, fordi denne adresse var den bekræftede til et login på {product}.",
};

pub(super) const NOTICE: Mail = Mail {
    subject: "Din adgangskode til {product} er ændret",
    lead: Lead {
        named: "Adgangskoden til dit login til {account} på {product} er ændret. Var det ikke dig, så vælg straks en ny.",
        unnamed: "Adgangskoden til dit login på {product} er ændret. Var det ikke dig, så vælg straks en ny.",
    },
    lead_by: None,
    button: "Vælg en ny adgangskode",
    or: OR,
    lifetime: None,
    ignore: "Var det dig, skal du ikke gøre noget.",
    reason: "Du får denne mail, fordi denne adresse hører til et login på {product}.",
};

/// For an invited person whose address already is a login to another account: in the mail, and after it.
pub(super) const INVITED_ELSEWHERE: &str = "Du logger allerede ind på en anden konto med denne adresse, og en adresse hører kun til én konto. Bed om en invitation til en anden adresse for at være med.";

/// The same for a person who confirms an address.
pub(super) const VERIFIED_ELSEWHERE: &str = "Du logger allerede ind på en anden konto med denne adresse, og en adresse hører kun til én konto. Log ind på {product}, og vælg en anden adresse.";

pub(super) const COMMON_PAGE: CommonPage = CommonPage {
    noscript: "Denne side kræver JavaScript. Slå det til, og åbn siden igen.",
    go: "Videre til {product}",
    close: "Du kan lukke siden.",
    password_needed: "Indtast en adgangskode.",
    password_weak: "Vælg en anden adgangskode.",
    later: "Det lykkedes ikke lige nu. Prøv igen om lidt.",
    email: "Mailadresse",
    new_password: "Ny adgangskode",
    password_hint: "Mindst 8 tegn. Nogle få ord uden sammenhæng er nemme at huske og svære at gætte.",
    show: "Vis adgangskoden",
};

pub(super) const JOIN_PAGE: JoinPage = JoinPage {
    invitation_lead: "Du er inviteret til {product}. Vælg en adgangskode for at være med.",
    verification_lead: "Indtast din adgangskode for at bekræfte, at adressen er din.",
    first: "Fornavn",
    optional: "(valgfrit)",
    last: "Efternavn",
    password: "Adgangskode",
    forgotten: "Har du glemt adgangskoden?",
    join: "Vær med",
    confirm: "Bekræft adressen",
    reveal: "Vis mit token",
    token: "Dette er dit token til API'erne på {product}; det vises kun her:",
    fresh: "Hjælper det ikke, så bed den, der inviterede dig, om en ny invitation. Du kan sende dette:",
    request: "Hej, linket i min invitation til {product} virker ikke længere. Vil du sende mig et nyt?",
    write: "Skriv denne mail",
    heading_invitation: "Bliv en del af {product}",
    heading_verification: "Bekræft din mailadresse",
    joined: "Velkommen! Du er med, og din adresse er bekræftet. Fra nu af logger du ind med din mailadresse og din adgangskode.",
    confirmed: "Tak. Din adresse er bekræftet.",
    name_not_saved: "Dit navn kunne ikke gemmes; du kan angive det senere.",
    missing: "Der er ingen kode i denne adresse. Åbn linket i mailen igen, og kopierer du det, så kopiér det hele.",
    used: "Linket er allerede brugt, eller du har fået et nyere. Har du brugt det, så log bare ind. Ellers åbn den nyeste mail.",
    verification_used: "Linket er allerede brugt, eller du har fået et nyere. Har du brugt det, så log bare ind. Ellers åbn den nyeste mail, eller log ind på {product}, og bed om en ny.",
    elsewhere: INVITED_ELSEWHERE,
    verification_elsewhere: VERIFIED_ELSEWHERE,
    expired: "Linket er udløbet: Det virker i syv dage.",
    verification_expired: "Linket er udløbet: Det virker i syv dage. Log ind på {product}, og bed om en ny mail.",
    unknown: "Koden hører ikke til denne adresse. Åbn linket i mailen igen, og kopierer du det, så kopiér det hele.",
    email_needed: "Indtast den mailadresse, som mailen blev sendt til.",
    password_wrong: "Det er ikke adgangskoden til denne adresse, eller adgangen er fjernet. Prøv igen.",
    locked: "For mange forkerte adgangskoder. Prøv igen om {minutes} min.",
    subject: "Et nyt link til {product}, tak",
};

pub(super) const RESET_PAGE: ResetPage = ResetPage {
    forgot_lead: "Indtast den mailadresse eller det brugernavn, du logger ind på {product} med. Du får en mail med et link til at vælge en ny adgangskode.",
    name: "Mailadresse eller brugernavn",
    send: "Send mailen",
    reset_lead: "Vælg en ny adgangskode til {product}. Alle dine sessioner slutter, på alle enheder.",
    save: "Gem adgangskoden",
    undo_lead: "Mailadressen til dit login på {product} er ændret. Var det ikke dig, så fortryd det: Du får denne adresse tilbage, alle sessioner slutter, og du vælger en ny adgangskode.",
    undo: "Fortryd ændringen",
    again: "Bed om en ny mail",
    heading_forgot: "Har du glemt adgangskoden?",
    heading_reset: "Vælg en ny adgangskode",
    heading_undo: "Fortryd ændringen af din adresse",
    on_its_way: "Hvis der er et login med dette navn, er en mail på vej. Den kommer til den adresse, der sidst blev bekræftet. Er der ingen om nogle minutter, så se i mappen med spam.",
    saved: "Din nye adgangskode er gemt. Log ind med den.",
    undone: "Du har din adresse igen. En mail til at vælge en ny adgangskode er sendt til den.",
    used: "Linket er allerede brugt, eller du har fået et nyere. Har du brugt det, så log ind med din nye adgangskode. Ellers åbn den nyeste mail, eller bed om en ny.",
    expired: "Linket er udløbet: Det virker i tredive minutter. Bed om et nyt.",
    undo_used: "Linket er allerede brugt. Har du brugt det, så se efter mailen til at vælge en ny adgangskode.",
    undo_expired: "Linket er udløbet: En ændring kan fortrydes i syv dage.",
    unknown: "Linket er ikke helt, eller det er ukendt nu. Åbn linket i mailen igen, og kopierer du det, så kopiér det hele.",
    name_needed: "Indtast en mailadresse eller et brugernavn.",
    busy: "Der var for mange forsøg. Prøv igen om {minutes} min.",
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
