//! French.

use super::{CommonPage, JoinPage, Lead, Mail, ResetPage};
use roster_domain::{PasswordAdvice, PasswordSuggestion as S, PasswordWarning as W};

/// Before the link in full.
const OR: &str = "Ou ouvrez ce lien :";

/// How long a link works.
const LIFETIME: &str = "Le lien fonctionne une fois, pendant sept jours. Un message plus récent de ce type le remplace.";

/// Who invites, if it is no user.
pub(super) const OPERATOR: &str = "L’exploitant de {product}";

pub(super) const INVITATION: Mail = Mail {
    subject: "Vous êtes invité à rejoindre {product}",
    lead: Lead {
        named: "Vous avez été invité à rejoindre {account} sur {product}. Choisissez un mot de passe pour accepter.",
        unnamed: "Vous avez été invité à rejoindre {product}. Choisissez un mot de passe pour accepter.",
    },
    lead_by: Some(Lead {
        named: "{inviter} vous invite à rejoindre {account} sur {product}. Choisissez un mot de passe pour accepter.",
        unnamed: "{inviter} vous invite à rejoindre {product}. Choisissez un mot de passe pour accepter.",
    }),
    button: "Rejoindre",
    or: OR,
    lifetime: Some(LIFETIME),
    ignore: "Si vous n'attendiez pas ce message, ignorez-le : rien ne se passe tant que le lien n'est pas utilisé.",
    reason: "Vous recevez ce message parce que cette adresse a été invitée à rejoindre {product}.",
};

pub(super) const VERIFICATION: Mail = Mail {
    subject: "Confirmez votre adresse e-mail pour {product}",
    lead: Lead {
        named: "Confirmez que cette adresse est la vôtre pour {account} sur {product}.",
        unnamed: "Confirmez que cette adresse est la vôtre sur {product}.",
    },
    lead_by: None,
    button: "Confirmer l'adresse",
    or: OR,
    lifetime: Some(LIFETIME),
    ignore: "Si vous n'avez pas donné cette adresse à {product}, ignorez ce message.",
    reason: "Vous recevez ce message parce que cette adresse a été indiquée pour un accès à {product}.",
};

/// How long a link to choose a new password works.
const RESET_LIFETIME: &str = "Le lien fonctionne une fois, pendant trente minutes. Un message plus récent de ce type le remplace.";

pub(super) const RESET: Mail = Mail {
    subject: "Choisissez un nouveau mot de passe pour {product}",
    lead: Lead {
        named: "Quelqu'un, sans doute vous, a demandé un nouveau mot de passe pour votre accès à {account} sur {product}.",
        unnamed: "Quelqu'un, sans doute vous, a demandé un nouveau mot de passe pour votre accès à {product}.",
    },
    lead_by: None,
    button: "Choisir un mot de passe",
    or: OR,
    lifetime: Some(RESET_LIFETIME),
    ignore: "Si ce n'était pas vous, ignorez ce message : votre mot de passe reste le même.",
    reason: "Vous recevez ce message parce que cette adresse est celle d'un accès à {product}.",
};

pub(super) const UNDO: Mail = Mail {
    subject: "Votre adresse e-mail pour {product} a été changée",
    lead: Lead {
        named: "L'adresse e-mail de votre accès à {account} sur {product} a été remplacée par une autre. Si c'était voulu, vous n'avez rien à faire.",
        unnamed: "L'adresse e-mail de votre accès à {product} a été remplacée par une autre. Si c'était voulu, vous n'avez rien à faire.",
    },
    lead_by: None,
    button: "Annuler le changement",
    or: OR,
    lifetime: Some(LIFETIME),
    ignore: "Annuler rétablit cette adresse, met fin à toutes les sessions et vous fait choisir un nouveau mot de passe. Cela reste possible pendant sept jours.",
    reason: "Vous recevez ce message parce que cette adresse était l'adresse confirmée d'un accès à {product}.",
};

pub(super) const NOTICE: Mail = Mail {
    subject: "Votre mot de passe pour {product} a été changé",
    lead: Lead {
        named: "Le mot de passe de votre accès à {account} sur {product} a été changé. Si ce n'était pas vous, choisissez-en un nouveau tout de suite.",
        unnamed: "Le mot de passe de votre accès à {product} a été changé. Si ce n'était pas vous, choisissez-en un nouveau tout de suite.",
    },
    lead_by: None,
    button: "Choisir un nouveau mot de passe",
    or: OR,
    lifetime: None,
    ignore: "Si c'était vous, vous n'avez rien à faire.",
    reason: "Vous recevez ce message parce que cette adresse est celle d'un accès à {product}.",
};

/// For an invited person whose address already is a login to another account: in the mail, and after it.
pub(super) const INVITED_ELSEWHERE: &str = "Vous vous connectez déjà avec cette adresse à un autre compte, et une adresse ne sert que pour un seul compte. Pour rejoindre celui-ci, demandez une invitation à une autre adresse.";

/// The same for a person who confirms an address.
pub(super) const VERIFIED_ELSEWHERE: &str = "Vous vous connectez déjà avec cette adresse à un autre compte, et une adresse ne sert que pour un seul compte. Connectez-vous à {product} et choisissez une autre adresse.";

pub(super) const COMMON_PAGE: CommonPage = CommonPage {
    noscript: "Cette page a besoin de JavaScript. Activez-le et rouvrez la page.",
    go: "Continuer vers {product}",
    close: "Vous pouvez fermer cette page.",
    password_needed: "Saisissez un mot de passe.",
    password_weak: "Choisissez un autre mot de passe.",
    later: "Cela n'a pas fonctionné. Réessayez dans un instant.",
    email: "Adresse e-mail",
    new_password: "Nouveau mot de passe",
    password_hint: "Au moins 8 caractères. Quelques mots sans rapport sont faciles à retenir et difficiles à deviner.",
    show: "Afficher le mot de passe",
};

pub(super) const JOIN_PAGE: JoinPage = JoinPage {
    invitation_lead: "Vous avez été invité à rejoindre {product}. Choisissez un mot de passe pour accepter.",
    verification_lead: "Saisissez votre mot de passe pour confirmer que cette adresse est la vôtre.",
    first: "Prénom",
    optional: "(facultatif)",
    last: "Nom",
    password: "Mot de passe",
    forgotten: "Mot de passe oublié ?",
    join: "Rejoindre",
    confirm: "Confirmer l'adresse",
    reveal: "Afficher mon jeton",
    token: "Voici votre jeton pour les API de {product} ; il n'est affiché qu'ici :",
    fresh: "Si cela ne suffit pas, demandez une nouvelle invitation à la personne qui vous a invité. Vous pouvez lui envoyer ceci :",
    request: "Bonjour, le lien de mon invitation à rejoindre {product} ne fonctionne plus. Pourriez-vous m'en envoyer un nouveau ?",
    write: "Écrire ce message",
    heading_invitation: "Rejoindre {product}",
    heading_verification: "Confirmer votre adresse e-mail",
    joined: "Bienvenue ! Votre invitation est acceptée et votre adresse est confirmée. Désormais, connectez-vous avec votre adresse e-mail et votre mot de passe.",
    confirmed: "Merci. Votre adresse est confirmée.",
    name_not_saved: "Votre nom n'a pas pu être enregistré ; vous pourrez le saisir plus tard.",
    missing: "Cette adresse ne contient pas de code. Rouvrez le lien du message ; si vous le copiez, copiez-le en entier.",
    used: "Ce lien a déjà été utilisé, ou un plus récent vous a été envoyé. Si vous l'avez utilisé, connectez-vous. Sinon, ouvrez le message le plus récent.",
    verification_used: "Ce lien a déjà été utilisé, ou un plus récent vous a été envoyé. Si vous l'avez utilisé, connectez-vous. Sinon, ouvrez le message le plus récent, ou connectez-vous à {product} et demandez-en un autre.",
    elsewhere: INVITED_ELSEWHERE,
    verification_elsewhere: VERIFIED_ELSEWHERE,
    expired: "Ce lien a expiré : il fonctionne pendant sept jours.",
    verification_expired: "Ce lien a expiré : il fonctionne pendant sept jours. Connectez-vous à {product} et demandez un autre message.",
    unknown: "Ce code ne correspond pas à cette adresse. Rouvrez le lien du message ; si vous le copiez, copiez-le en entier.",
    email_needed: "Saisissez l'adresse e-mail à laquelle le message a été envoyé.",
    password_wrong: "Ce n'est pas le mot de passe de cette adresse, ou l'accès a été retiré. Réessayez.",
    locked: "Trop de mots de passe erronés. Réessayez dans {minutes} min.",
    subject: "Un nouveau lien vers {product}, s'il vous plaît",
};

pub(super) const RESET_PAGE: ResetPage = ResetPage {
    forgot_lead: "Saisissez l'adresse e-mail ou le nom d'utilisateur avec lequel vous vous connectez à {product}. Vous recevrez un message avec un lien pour choisir un nouveau mot de passe.",
    name: "Adresse e-mail ou nom d'utilisateur",
    send: "Envoyer le message",
    reset_lead: "Choisissez un nouveau mot de passe pour {product}. Toutes vos sessions prendront fin, sur tous vos appareils.",
    save: "Enregistrer le mot de passe",
    undo_lead: "L'adresse e-mail de votre accès à {product} a été changée. Si ce n'était pas vous, annulez le changement : cette adresse est rétablie, toutes les sessions prennent fin et vous choisissez un nouveau mot de passe.",
    undo: "Annuler le changement",
    again: "Demander un nouveau message",
    heading_forgot: "Mot de passe oublié ?",
    heading_reset: "Choisir un nouveau mot de passe",
    heading_undo: "Annuler le changement d'adresse",
    on_its_way: "S'il existe un accès à ce nom, un message est en route. Il arrive à la dernière adresse confirmée. Si rien n'arrive en quelques minutes, regardez dans les indésirables.",
    saved: "Votre nouveau mot de passe est enregistré. Connectez-vous avec celui-ci.",
    undone: "Votre adresse est rétablie. Un message pour choisir un nouveau mot de passe lui a été envoyé.",
    used: "Ce lien a déjà été utilisé, ou un plus récent vous a été envoyé. Si vous l'avez utilisé, connectez-vous avec votre nouveau mot de passe. Sinon, ouvrez le message le plus récent, ou demandez-en un nouveau.",
    expired: "Ce lien a expiré : il fonctionne pendant trente minutes. Demandez-en un nouveau.",
    undo_used: "Ce lien a déjà été utilisé. Si vous l'avez utilisé, cherchez le message pour choisir un nouveau mot de passe.",
    undo_expired: "Ce lien a expiré : un changement peut être annulé pendant sept jours.",
    unknown: "Ce lien est incomplet ou n'est plus connu. Rouvrez le lien du message ; si vous le copiez, copiez-le en entier.",
    name_needed: "Saisissez une adresse e-mail ou un nom d'utilisateur.",
    busy: "Il y a eu trop d'essais. Réessayez dans {minutes} min.",
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
