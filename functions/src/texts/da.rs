//! Danish.

use super::{JoinPage, Mail};

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
