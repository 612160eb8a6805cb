//! What the page says, by the name that its place in `page.html` has.

use roster_domain::Language;

pub(super) type Texts = [(&'static str, &'static str); 33];

pub(super) fn texts(language: Language) -> &'static Texts {
    match language {
        Language::En => &EN,
        Language::Fr => &FR,
        Language::Da => &DA,
        Language::De => &DE,
    }
}

static EN: Texts = [
    ("title", "Roster"),
    (
        "noscript",
        "This page needs JavaScript. Switch it on and open the link from the mail again.",
    ),
    ("heading_invitation", "Join Roster"),
    ("heading_verification", "Confirm your email address"),
    (
        "invitation_lead",
        "You have been invited. Choose a password to join.",
    ),
    (
        "verification_lead",
        "Enter your password to confirm that this address is yours.",
    ),
    ("email", "Email address"),
    ("first", "First name"),
    ("last", "Last name"),
    ("optional", "(optional)"),
    ("password", "Password"),
    (
        "password_hint",
        "At least 8 characters. A few unrelated words are easy to remember and hard to guess.",
    ),
    ("show", "Show password"),
    ("join", "Join"),
    ("confirm", "Confirm address"),
    (
        "joined",
        "Welcome! You have joined, and your address is confirmed. From now on, log in with your email address and your password.",
    ),
    (
        "confirmed",
        "Thank you. Your address is confirmed. You can close this page.",
    ),
    (
        "name_not_saved",
        "Your name could not be saved; you can enter it again later.",
    ),
    (
        "token",
        "You are logged in. This is your token for Roster's APIs; it is shown here only:",
    ),
    (
        "missing",
        "There is no code in this address. Open the link in the mail again, and if you copy it, copy it whole.",
    ),
    (
        "used",
        "This link was used already, or a newer one was sent to you. If you have used it, just log in. Otherwise open the newest mail.",
    ),
    ("expired", "This link has expired: it works for seven days."),
    (
        "unknown",
        "This code does not belong to this address. Open the link in the mail again, and if you copy it, copy it whole.",
    ),
    (
        "fresh",
        "If that does not help, ask whoever invited you for a fresh invitation. You can send them this:",
    ),
    (
        "request",
        "Hello, the link in my mail from Roster does not work any more. Could you please send me a new one?",
    ),
    ("write", "Write this mail"),
    ("subject", "A new link to Roster, please"),
    (
        "email_needed",
        "Enter the email address that the mail was sent to.",
    ),
    ("password_needed", "Enter a password."),
    ("password_weak", "Choose another password."),
    (
        "password_wrong",
        "This is not the password of this address, or access was taken away. Try again.",
    ),
    (
        "locked",
        "Too many wrong passwords. Try again in {minutes} min.",
    ),
    (
        "later",
        "That did not work just now. Try again in a moment.",
    ),
];

static FR: Texts = [
    ("title", "Roster"),
    (
        "noscript",
        "Cette page a besoin de JavaScript. Activez-le et rouvrez le lien du message.",
    ),
    ("heading_invitation", "Rejoindre Roster"),
    ("heading_verification", "Confirmer votre adresse e-mail"),
    (
        "invitation_lead",
        "Vous avez été invité. Choisissez un mot de passe pour rejoindre le compte.",
    ),
    (
        "verification_lead",
        "Saisissez votre mot de passe pour confirmer que cette adresse est la vôtre.",
    ),
    ("email", "Adresse e-mail"),
    ("first", "Prénom"),
    ("last", "Nom"),
    ("optional", "(facultatif)"),
    ("password", "Mot de passe"),
    (
        "password_hint",
        "Au moins 8 caractères. Quelques mots sans rapport sont faciles à retenir et difficiles à deviner.",
    ),
    ("show", "Afficher le mot de passe"),
    ("join", "Rejoindre"),
    ("confirm", "Confirmer l'adresse"),
    (
        "joined",
        "Bienvenue ! Vous avez rejoint le compte et votre adresse est confirmée. Désormais, connectez-vous avec votre adresse e-mail et votre mot de passe.",
    ),
    (
        "confirmed",
        "Merci. Votre adresse est confirmée. Vous pouvez fermer cette page.",
    ),
    (
        "name_not_saved",
        "Votre nom n'a pas pu être enregistré ; vous pourrez le saisir plus tard.",
    ),
    (
        "token",
        "Vous êtes connecté. Voici votre jeton pour les API de Roster ; il n'est affiché qu'ici :",
    ),
    (
        "missing",
        "Cette adresse ne contient pas de code. Rouvrez le lien du message ; si vous le copiez, copiez-le en entier.",
    ),
    (
        "used",
        "Ce lien a déjà été utilisé, ou un plus récent vous a été envoyé. Si vous l'avez utilisé, connectez-vous. Sinon, ouvrez le message le plus récent.",
    ),
    (
        "expired",
        "Ce lien a expiré : il fonctionne pendant sept jours.",
    ),
    (
        "unknown",
        "Ce code ne correspond pas à cette adresse. Rouvrez le lien du message ; si vous le copiez, copiez-le en entier.",
    ),
    (
        "fresh",
        "Si cela ne suffit pas, demandez une nouvelle invitation à la personne qui vous a invité. Vous pouvez lui envoyer ceci :",
    ),
    (
        "request",
        "Bonjour, le lien du message de Roster ne fonctionne plus. Pourriez-vous m'en envoyer un nouveau ?",
    ),
    ("write", "Écrire ce message"),
    ("subject", "Un nouveau lien vers Roster, s'il vous plaît"),
    (
        "email_needed",
        "Saisissez l'adresse e-mail à laquelle le message a été envoyé.",
    ),
    ("password_needed", "Saisissez un mot de passe."),
    ("password_weak", "Choisissez un autre mot de passe."),
    (
        "password_wrong",
        "Ce n'est pas le mot de passe de cette adresse, ou l'accès a été retiré. Réessayez.",
    ),
    (
        "locked",
        "Trop de mots de passe erronés. Réessayez dans {minutes} min.",
    ),
    (
        "later",
        "Cela n'a pas fonctionné. Réessayez dans un instant.",
    ),
];

static DA: Texts = [
    ("title", "Roster"),
    (
        "noscript",
        "Denne side kræver JavaScript. Slå det til, og åbn linket i mailen igen.",
    ),
    ("heading_invitation", "Bliv en del af Roster"),
    ("heading_verification", "Bekræft din mailadresse"),
    (
        "invitation_lead",
        "Du er inviteret. Vælg en adgangskode for at være med.",
    ),
    (
        "verification_lead",
        "Indtast din adgangskode for at bekræfte, at adressen er din.",
    ),
    ("email", "Mailadresse"),
    ("first", "Fornavn"),
    ("last", "Efternavn"),
    ("optional", "(valgfrit)"),
    ("password", "Adgangskode"),
    (
        "password_hint",
        "Mindst 8 tegn. Nogle få ord uden sammenhæng er nemme at huske og svære at gætte.",
    ),
    ("show", "Vis adgangskoden"),
    ("join", "Vær med"),
    ("confirm", "Bekræft adressen"),
    (
        "joined",
        "Velkommen! Du er med, og din adresse er bekræftet. Fra nu af logger du ind med din mailadresse og din adgangskode.",
    ),
    (
        "confirmed",
        "Tak. Din adresse er bekræftet. Du kan lukke siden.",
    ),
    (
        "name_not_saved",
        "Dit navn kunne ikke gemmes; du kan angive det senere.",
    ),
    (
        "token",
        "Du er logget ind. Dette er dit token til Rosters API'er; det vises kun her:",
    ),
    (
        "missing",
        "Der er ingen kode i denne adresse. Åbn linket i mailen igen, og kopierer du det, så kopiér det hele.",
    ),
    (
        "used",
        "Linket er allerede brugt, eller du har fået et nyere. Har du brugt det, så log bare ind. Ellers åbn den nyeste mail.",
    ),
    ("expired", "Linket er udløbet: Det virker i syv dage."),
    (
        "unknown",
        "Koden hører ikke til denne adresse. Åbn linket i mailen igen, og kopierer du det, så kopiér det hele.",
    ),
    (
        "fresh",
        "Hjælper det ikke, så bed den, der inviterede dig, om en ny invitation. Du kan sende dette:",
    ),
    (
        "request",
        "Hej, linket i min mail fra Roster virker ikke længere. Vil du sende mig et nyt?",
    ),
    ("write", "Skriv denne mail"),
    ("subject", "Et nyt link til Roster, tak"),
    (
        "email_needed",
        "Indtast den mailadresse, som mailen blev sendt til.",
    ),
    ("password_needed", "Indtast en adgangskode."),
    ("password_weak", "Vælg en anden adgangskode."),
    (
        "password_wrong",
        "Det er ikke adgangskoden til denne adresse, eller adgangen er fjernet. Prøv igen.",
    ),
    (
        "locked",
        "For mange forkerte adgangskoder. Prøv igen om {minutes} min.",
    ),
    ("later", "Det lykkedes ikke lige nu. Prøv igen om lidt."),
];

static DE: Texts = [
    ("title", "Roster"),
    (
        "noscript",
        "Diese Seite braucht JavaScript. Schalten Sie es ein und öffnen Sie den Link aus der Mail erneut.",
    ),
    ("heading_invitation", "Roster beitreten"),
    ("heading_verification", "Mailadresse bestätigen"),
    (
        "invitation_lead",
        "Sie wurden eingeladen. Wählen Sie ein Passwort, um beizutreten.",
    ),
    (
        "verification_lead",
        "Geben Sie Ihr Passwort ein, um zu bestätigen, dass diese Adresse Ihre ist.",
    ),
    ("email", "Mailadresse"),
    ("first", "Vorname"),
    ("last", "Nachname"),
    ("optional", "(freiwillig)"),
    ("password", "Passwort"),
    (
        "password_hint",
        "Mindestens 8 Zeichen. Ein paar Wörter ohne Zusammenhang sind leicht zu merken und schwer zu erraten.",
    ),
    ("show", "Passwort anzeigen"),
    ("join", "Beitreten"),
    ("confirm", "Adresse bestätigen"),
    (
        "joined",
        "Willkommen! Sie sind beigetreten, und Ihre Adresse ist bestätigt. Von nun an melden Sie sich mit Ihrer Mailadresse und Ihrem Passwort an.",
    ),
    (
        "confirmed",
        "Danke. Ihre Adresse ist bestätigt. Sie können diese Seite schließen.",
    ),
    (
        "name_not_saved",
        "Ihr Name konnte nicht gespeichert werden; Sie können ihn später angeben.",
    ),
    (
        "token",
        "Sie sind angemeldet. Dies ist Ihr Token für die APIs von Roster; es wird nur hier angezeigt:",
    ),
    (
        "missing",
        "In dieser Adresse ist kein Code. Öffnen Sie den Link in der Mail erneut; wenn Sie ihn kopieren, dann vollständig.",
    ),
    (
        "used",
        "Dieser Link wurde schon benutzt, oder Sie haben einen neueren bekommen. Wenn Sie ihn benutzt haben, melden Sie sich einfach an. Sonst öffnen Sie die neueste Mail.",
    ),
    (
        "expired",
        "Dieser Link ist abgelaufen: Er gilt sieben Tage lang.",
    ),
    (
        "unknown",
        "Dieser Code gehört nicht zu dieser Adresse. Öffnen Sie den Link in der Mail erneut; wenn Sie ihn kopieren, dann vollständig.",
    ),
    (
        "fresh",
        "Hilft das nicht, bitten Sie die Person, die Sie eingeladen hat, um eine neue Einladung. Sie können ihr dies senden:",
    ),
    (
        "request",
        "Hallo, der Link in meiner Mail von Roster funktioniert nicht mehr. Könnten Sie mir bitte einen neuen schicken?",
    ),
    ("write", "Diese Mail schreiben"),
    ("subject", "Bitte ein neuer Link zu Roster"),
    (
        "email_needed",
        "Geben Sie die Mailadresse ein, an die die Mail ging.",
    ),
    ("password_needed", "Geben Sie ein Passwort ein."),
    ("password_weak", "Wählen Sie ein anderes Passwort."),
    (
        "password_wrong",
        "Das ist nicht das Passwort zu dieser Adresse, oder der Zugang wurde entzogen. Versuchen Sie es noch einmal.",
    ),
    (
        "locked",
        "Zu viele falsche Passwörter. Versuchen Sie es in {minutes} Min. noch einmal.",
    ),
    (
        "later",
        "Das hat gerade nicht geklappt. Versuchen Sie es gleich noch einmal.",
    ),
];
