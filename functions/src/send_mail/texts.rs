//! What the mails say.

use roster_domain::{CodePurpose, Language};

/// One mail in one language.
pub(super) struct Texts {
    pub(super) subject: &'static str,
    pub(super) lead: &'static str,
    pub(super) button: &'static str,
    /// Before the link in full.
    pub(super) or: &'static str,
    pub(super) note: &'static str,
    pub(super) ignore: &'static str,
}

pub(super) fn texts(purpose: CodePurpose, language: Language) -> &'static Texts {
    match (purpose, language) {
        (CodePurpose::Invitation, Language::En) => &INVITATION_EN,
        (CodePurpose::Invitation, Language::Fr) => &INVITATION_FR,
        (CodePurpose::Invitation, Language::Da) => &INVITATION_DA,
        (CodePurpose::Invitation, Language::De) => &INVITATION_DE,
        (CodePurpose::Verification, Language::En) => &VERIFICATION_EN,
        (CodePurpose::Verification, Language::Fr) => &VERIFICATION_FR,
        (CodePurpose::Verification, Language::Da) => &VERIFICATION_DA,
        (CodePurpose::Verification, Language::De) => &VERIFICATION_DE,
    }
}

const OR_EN: &str = "Or open this link:";
const OR_FR: &str = "Ou ouvrez ce lien :";
const OR_DA: &str = "Eller åbn dette link:";
const OR_DE: &str = "Oder öffnen Sie diesen Link:";

const NOTE_EN: &str = "The link works once, for seven days. A newer mail of this kind replaces it.";
const NOTE_FR: &str = "Le lien fonctionne une fois, pendant sept jours. Un message plus récent de ce type le remplace.";
const NOTE_DA: &str =
    "Linket virker én gang, i syv dage. En nyere mail af denne slags erstatter det.";
const NOTE_DE: &str =
    "Der Link gilt einmal, sieben Tage lang. Eine neuere Mail dieser Art ersetzt ihn.";

static INVITATION_EN: Texts = Texts {
    subject: "You are invited to Roster",
    lead: "You have been invited to join an account on Roster. Choose a password to join.",
    button: "Join",
    or: OR_EN,
    note: NOTE_EN,
    ignore: "If you did not expect this, ignore it: nothing happens until the link is used.",
};

static INVITATION_FR: Texts = Texts {
    subject: "Vous êtes invité à rejoindre Roster",
    lead: "Vous avez été invité à rejoindre un compte sur Roster. Choisissez un mot de passe pour le rejoindre.",
    button: "Rejoindre",
    or: OR_FR,
    note: NOTE_FR,
    ignore: "Si vous n'attendiez pas ce message, ignorez-le : rien ne se passe tant que le lien n'est pas utilisé.",
};

static INVITATION_DA: Texts = Texts {
    subject: "Du er inviteret til Roster",
    lead: "Du er blevet inviteret til en konto på Roster. Vælg en adgangskode for at være med.",
    button: "Vær med",
    or: OR_DA,
    note: NOTE_DA,
    ignore: "Hvis du ikke ventede denne mail, så se bort fra den: Der sker intet, før linket bruges.",
};

static INVITATION_DE: Texts = Texts {
    subject: "Sie sind zu Roster eingeladen",
    lead: "Sie wurden eingeladen, einem Konto bei Roster beizutreten. Wählen Sie ein Passwort, um beizutreten.",
    button: "Beitreten",
    or: OR_DE,
    note: NOTE_DE,
    ignore: "Falls Sie diese Mail nicht erwartet haben, ignorieren Sie sie: Es geschieht nichts, solange der Link nicht benutzt wird.",
};

static VERIFICATION_EN: Texts = Texts {
    subject: "Confirm your email address",
    lead: "Confirm that this is your address on Roster.",
    button: "Confirm address",
    or: OR_EN,
    note: NOTE_EN,
    ignore: "If you did not give this address to Roster, ignore this mail.",
};

static VERIFICATION_FR: Texts = Texts {
    subject: "Confirmez votre adresse e-mail",
    lead: "Confirmez que cette adresse est la vôtre sur Roster.",
    button: "Confirmer l'adresse",
    or: OR_FR,
    note: NOTE_FR,
    ignore: "Si vous n'avez pas donné cette adresse à Roster, ignorez ce message.",
};

static VERIFICATION_DA: Texts = Texts {
    subject: "Bekræft din mailadresse",
    lead: "Bekræft, at denne adresse er din på Roster.",
    button: "Bekræft adressen",
    or: OR_DA,
    note: NOTE_DA,
    ignore: "Hvis du ikke har givet Roster denne adresse, så se bort fra mailen.",
};

static VERIFICATION_DE: Texts = Texts {
    subject: "Bestätigen Sie Ihre Mailadresse",
    lead: "Bestätigen Sie, dass diese Adresse bei Roster Ihre ist.",
    button: "Adresse bestätigen",
    or: OR_DE,
    note: NOTE_DE,
    ignore: "Falls Sie Roster diese Adresse nicht genannt haben, ignorieren Sie diese Mail.",
};
