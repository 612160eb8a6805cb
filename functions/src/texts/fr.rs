//! French.

use super::{JoinPage, Mail};
use roster_domain::{PasswordAdvice, PasswordSuggestion as S, PasswordWarning as W};

/// Before the link in full.
const OR: &str = "Ou ouvrez ce lien :";

/// How long a link works.
const LIFETIME: &str = "Le lien fonctionne une fois, pendant sept jours. Un message plus récent de ce type le remplace.";

pub(super) const INVITATION: Mail = Mail {
    subject: "Vous êtes invité à rejoindre Roster",
    lead: "Vous avez été invité à rejoindre un compte sur Roster. Choisissez un mot de passe pour le rejoindre.",
    button: "Rejoindre",
    or: OR,
    lifetime: LIFETIME,
    ignore: "Si vous n'attendiez pas ce message, ignorez-le : rien ne se passe tant que le lien n'est pas utilisé.",
};

pub(super) const VERIFICATION: Mail = Mail {
    subject: "Confirmez votre adresse e-mail",
    lead: "Confirmez que cette adresse est la vôtre sur Roster.",
    button: "Confirmer l'adresse",
    or: OR,
    lifetime: LIFETIME,
    ignore: "Si vous n'avez pas donné cette adresse à Roster, ignorez ce message.",
};

/// How long a link to choose a new password works.
const RESET_LIFETIME: &str = "Le lien fonctionne une fois, pendant trente minutes. Un message plus récent de ce type le remplace.";

pub(super) const RESET: Mail = Mail {
    subject: "Choisissez un nouveau mot de passe",
    lead: "Quelqu'un, sans doute vous, a demandé un nouveau mot de passe pour votre accès à Roster.",
    button: "Choisir un mot de passe",
    or: OR,
    lifetime: RESET_LIFETIME,
    ignore: "Si ce n'était pas vous, ignorez ce message : votre mot de passe reste le même.",
};

pub(super) const UNDO: Mail = Mail {
    subject: "Votre adresse e-mail a été changée",
    lead: "L'adresse e-mail de votre accès à Roster a été remplacée par une autre. Si c'était voulu, vous n'avez rien à faire.",
    button: "Annuler le changement",
    or: OR,
    lifetime: LIFETIME,
    ignore: "Annuler rétablit cette adresse, met fin à toutes les sessions et vous fait choisir un nouveau mot de passe. Cela reste possible pendant sept jours.",
};

pub(super) const NOTICE: Mail = Mail {
    subject: "Votre mot de passe a été changé",
    lead: "Le mot de passe de votre accès à Roster a été changé.",
    button: "Choisir un nouveau mot de passe",
    or: OR,
    lifetime: "",
    ignore: "Si ce n'était pas vous, choisissez-en un nouveau tout de suite :",
};

/// For somebody whose address already is a login to another account: in an invitation, and after it.
pub(super) const LOGIN_ELSEWHERE: &str = "Vous vous connectez déjà avec cette adresse à un autre compte, et une adresse ne sert que pour un seul compte. Pour rejoindre celui-ci, demandez une invitation à une autre adresse.";

pub(super) const JOIN_PAGE: JoinPage = JoinPage {
    title: "Roster",
    noscript: "Cette page a besoin de JavaScript. Activez-le et rouvrez le lien du message.",
    invitation_lead: "Vous avez été invité. Choisissez un mot de passe pour rejoindre le compte.",
    verification_lead: "Saisissez votre mot de passe pour confirmer que cette adresse est la vôtre.",
    email: "Adresse e-mail",
    first: "Prénom",
    optional: "(facultatif)",
    last: "Nom",
    password: "Mot de passe",
    password_hint: "Au moins 8 caractères. Quelques mots sans rapport sont faciles à retenir et difficiles à deviner.",
    show: "Afficher le mot de passe",
    join: "Rejoindre",
    confirm: "Confirmer l'adresse",
    token: "Vous êtes connecté. Voici votre jeton pour les API de Roster ; il n'est affiché qu'ici :",
    fresh: "Si cela ne suffit pas, demandez une nouvelle invitation à la personne qui vous a invité. Vous pouvez lui envoyer ceci :",
    request: "Bonjour, le lien du message de Roster ne fonctionne plus. Pourriez-vous m'en envoyer un nouveau ?",
    write: "Écrire ce message",
    heading_invitation: "Rejoindre Roster",
    heading_verification: "Confirmer votre adresse e-mail",
    joined: "Bienvenue ! Vous avez rejoint le compte et votre adresse est confirmée. Désormais, connectez-vous avec votre adresse e-mail et votre mot de passe.",
    confirmed: "Merci. Votre adresse est confirmée. Vous pouvez fermer cette page.",
    name_not_saved: "Votre nom n'a pas pu être enregistré ; vous pourrez le saisir plus tard.",
    missing: "Cette adresse ne contient pas de code. Rouvrez le lien du message ; si vous le copiez, copiez-le en entier.",
    used: "Ce lien a déjà été utilisé, ou un plus récent vous a été envoyé. Si vous l'avez utilisé, connectez-vous. Sinon, ouvrez le message le plus récent.",
    elsewhere: LOGIN_ELSEWHERE,
    expired: "Ce lien a expiré : il fonctionne pendant sept jours.",
    unknown: "Ce code ne correspond pas à cette adresse. Rouvrez le lien du message ; si vous le copiez, copiez-le en entier.",
    email_needed: "Saisissez l'adresse e-mail à laquelle le message a été envoyé.",
    password_needed: "Saisissez un mot de passe.",
    password_weak: "Choisissez un autre mot de passe.",
    password_wrong: "Ce n'est pas le mot de passe de cette adresse, ou l'accès a été retiré. Réessayez.",
    locked: "Trop de mots de passe erronés. Réessayez dans {minutes} min.",
    later: "Cela n'a pas fonctionné. Réessayez dans un instant.",
    subject: "Un nouveau lien vers Roster, s'il vous plaît",
};

/// What is wrong with a password, and what would be better.
pub(super) fn password_advice(advice: PasswordAdvice) -> &'static str {
    use PasswordAdvice::{Suggestion, TooEasy, TooLong, TooShort, Warning};
    match advice {
        TooShort => "Il faut au moins 8 caractères.",
        TooLong => "Le mot de passe doit avoir au plus 256 caractères.",
        TooEasy => "Le mot de passe est trop facile à deviner.",
        Warning(warning) => match warning {
            W::StraightRowsOfKeysAreEasyToGuess => {
                "Les rangées de touches voisines sont faciles à deviner."
            }
            W::ShortKeyboardPatternsAreEasyToGuess => {
                "Les courts motifs de touches sont faciles à deviner."
            }
            W::RepeatsLikeAaaAreEasyToGuess => {
                "Les répétitions comme «\u{a0}aaa\u{a0}» sont faciles à deviner."
            }
            W::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
                "Les répétitions comme «\u{a0}abcabcabc\u{a0}» sont à peine plus difficiles à deviner que «\u{a0}abc\u{a0}»."
            }
            W::ThisIsATop10Password => "C'est l'un des dix mots de passe les plus courants.",
            W::ThisIsATop100Password => "C'est l'un des cent mots de passe les plus courants.",
            W::ThisIsACommonPassword => "C'est un mot de passe très courant.",
            W::ThisIsSimilarToACommonlyUsedPassword => "Il ressemble à un mot de passe courant.",
            W::SequencesLikeAbcAreEasyToGuess => {
                "Les suites comme abc ou 6543 sont faciles à deviner."
            }
            W::RecentYearsAreEasyToGuess => "Les années récentes sont faciles à deviner.",
            W::AWordByItselfIsEasyToGuess => "Un mot seul est facile à deviner.",
            W::DatesAreOftenEasyToGuess => "Les dates sont souvent faciles à deviner.",
            W::NamesAndSurnamesByThemselvesAreEasyToGuess => {
                "Un prénom ou un nom seul est facile à deviner."
            }
            W::CommonNamesAndSurnamesAreEasyToGuess => {
                "Les prénoms et noms courants sont faciles à deviner."
            }
        },
        Suggestion(suggestion) => match suggestion {
            S::UseAFewWordsAvoidCommonPhrases => {
                "Utilisez quelques mots, évitez les expressions courantes."
            }
            S::NoNeedForSymbolsDigitsOrUppercaseLetters => {
                "Symboles, chiffres et majuscules ne sont pas nécessaires."
            }
            S::AddAnotherWordOrTwo => "Ajoutez un mot ou deux. Les mots rares sont préférables.",
            S::CapitalizationDoesntHelpVeryMuch => "Une majuscule au début n'aide pas beaucoup.",
            S::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase => {
                "Tout en majuscules est presque aussi facile à deviner que tout en minuscules."
            }
            S::ReversedWordsArentMuchHarderToGuess => {
                "Les mots à l'envers ne sont guère plus difficiles à deviner."
            }
            S::PredictableSubstitutionsDontHelpVeryMuch => {
                "Les substitutions prévisibles, comme «\u{a0}@\u{a0}» au lieu de «\u{a0}a\u{a0}», n'aident pas beaucoup."
            }
            S::UseALongerKeyboardPatternWithMoreTurns => {
                "Utilisez un motif de touches plus long, avec plus de changements de direction."
            }
            S::AvoidRepeatedWordsAndCharacters => "Évitez les mots et les caractères répétés.",
            S::AvoidSequences => "Évitez les suites.",
            S::AvoidRecentYears => "Évitez les années récentes.",
            S::AvoidYearsThatAreAssociatedWithYou => {
                "Évitez les années qui ont un rapport avec vous."
            }
            S::AvoidDatesAndYearsThatAreAssociatedWithYou => {
                "Évitez les dates et les années qui ont un rapport avec vous."
            }
        },
    }
}
