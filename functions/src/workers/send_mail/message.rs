use crate::texts::{self, Mail, fill};
use askama::Template;
use aws_sdk_sesv2::types::{Body, Content, EmailContent, Message, MessageHeader};
use form_urlencoded::Serializer;
use roster_domain::{Code, CodePurpose, EmailAddress, Language, User};
use std::error::Error;

/// Where a mail leads to.
#[derive(Clone, Debug)]
pub struct Link {
    public_url: String,
}

impl Link {
    pub(crate) fn to(public_url: &str) -> Self {
        Self {
            public_url: public_url.trim_end_matches('/').to_owned(),
        }
    }

    /// The code and the address are in the fragment: the browser keeps that to itself, so neither
    /// reaches a server, its log, or the next page's referrer.
    pub(crate) fn url(
        &self,
        purpose: CodePurpose,
        language: Language,
        code: Option<&Code>,
        email: &EmailAddress,
    ) -> String {
        let page = match purpose {
            CodePurpose::Invitation | CodePurpose::Verification => "join",
            CodePurpose::Reset | CodePurpose::Undo | CodePurpose::Notice => "reset",
        };
        let mut fragment = Serializer::new(String::new());
        if let Some(code) = code {
            fragment.append_pair("code", &code.expose());
        }
        let fragment = fragment.append_pair("email", email.as_str()).finish();
        let (base, language) = (&self.public_url, language.as_str());
        format!("{base}/{page}?lang={language}#{fragment}")
    }
}

/// The longest name that a mail repeats. Names are free text, and a mail is no place for another
/// account's advertisement.
const MAX_NAME: usize = 80;

/// What a mail is about. The names are free text of the people who have them.
pub(super) struct Details<'a> {
    pub(super) purpose: CodePurpose,
    pub(super) language: Language,
    /// The name of the product.
    pub(super) product: &'a str,
    /// The name of the account, if it has one.
    pub(super) account: Option<&'a str>,
    /// The user who invites, if that is known.
    pub(super) inviter: Option<&'a User>,
    /// Whether it is the operator of the deployment who asks.
    pub(super) by_operator: bool,
    /// Where its button leads.
    pub(super) url: &'a str,
    /// Whether somebody already logs in to another account with the address.
    pub(super) login_elsewhere: bool,
}

/// The texts of a mail with all names in them.
struct Filled<'a> {
    texts: &'static Mail,
    language: Language,
    url: &'a str,
    subject: String,
    lead: String,
    note: Option<String>,
    ignore: String,
    reason: String,
}

impl<'a> Filled<'a> {
    fn of(details: &Details<'a>) -> Self {
        let texts = texts::mail(details.purpose, details.language);
        let account = details.account.map(shown).filter(|name| !is_link(name));
        let operator = texts::operator(details.language);
        let operator = fill(operator, &[("product", details.product)]);
        let operator = details.by_operator.then_some(operator);
        let inviter = details.inviter.map(name_of).or(operator);
        let lead = match (&inviter, &texts.lead_by) {
            (Some(_), Some(lead)) => lead,
            _ => &texts.lead,
        };
        let lead = match account {
            Some(_) => lead.named,
            None => lead.unnamed,
        };
        let values = [
            ("product", details.product),
            ("account", account.as_deref().unwrap_or_default()),
            ("inviter", inviter.as_deref().unwrap_or_default()),
        ];
        let fill = |text| fill(text, &values);
        let note = texts::login_elsewhere(details.purpose, details.language);
        Self {
            texts,
            language: details.language,
            url: details.url,
            subject: fill(texts.subject),
            lead: fill(lead),
            note: note.filter(|_| details.login_elsewhere).map(fill),
            ignore: fill(texts.ignore),
            reason: fill(texts.reason),
        }
    }
}

/// First and last name, or the address if there is neither.
fn name_of(user: &User) -> String {
    let names = [&user.first_name, &user.last_name].into_iter().flatten();
    let names: Vec<_> = names.map(|name| shown(name.as_str())).collect();
    let name = names.join(" ");
    match name.trim() {
        name if name.is_empty() || is_link(name) => user.email.to_string(),
        name => name.to_owned(),
    }
}

/// Whether mail programs would make a link of it: a mail is no place for somebody's advertisement.
fn is_link(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("://") || name.contains("www.")
}

/// A name as a mail shows it: one line, not too long, and without the characters that turn the
/// direction of the text around them.
fn shown(name: &str) -> String {
    let turns = |character| matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let unseen = |character: &char| character.is_control() || turns(*character);
    let mut characters = name.chars().filter(|character| !unseen(character));
    let mut shown: String = characters.by_ref().take(MAX_NAME).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

#[derive(Template)]
#[template(path = "workers/send_mail/mail.txt")]
struct PlainText<'a> {
    mail: &'a Filled<'a>,
}

#[derive(Template)]
#[template(path = "workers/send_mail/mail.html")]
struct Html<'a> {
    mail: &'a Filled<'a>,
}

/// The mail, in plain text and in HTML.
pub(super) fn content(details: &Details<'_>) -> Result<EmailContent, Box<dyn Error + Send + Sync>> {
    let mail = &Filled::of(details);
    let (plain, html) = (PlainText { mail }.render()?, Html { mail }.render()?);
    let utf8 = |data: String| Content::builder().data(data).charset("UTF-8").build();
    // RFC 3834: nobody's out-of-office is to answer this.
    let automatic = MessageHeader::builder()
        .name("Auto-Submitted")
        .value("auto-generated")
        .build()?;
    let body = Body::builder().text(utf8(plain)?).html(utf8(html)?).build();
    let message = Message::builder()
        .subject(utf8(mail.subject.clone())?)
        .body(body)
        .headers(automatic)
        .build();
    Ok(EmailContent::builder().simple(message).build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use roster_domain::{AccountId, Role, Timestamp, UserId, UserKey};

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    const DETAILS: Details<'static> = Details {
        purpose: CodePurpose::Invitation,
        language: Language::En,
        product: "Orchard & Sons",
        account: Some("Pomona's <b>"),
        inviter: None,
        by_operator: false,
        url: "https://roster.example/join?lang=x#code=1&email=2",
        login_elsewhere: false,
    };

    /// Subject, plain text and HTML.
    fn mail(details: &Details<'_>) -> [String; 3] {
        let message = content(details).unwrap().simple.unwrap();
        let body = message.body.unwrap();
        [
            message.subject.unwrap().data,
            body.text.unwrap().data,
            body.html.unwrap().data,
        ]
    }

    fn escaped(text: &str) -> String {
        let text = text.replace('&', "&#38;").replace('\'', "&#39;");
        text.replace('<', "&#60;").replace('>', "&#62;")
    }

    fn inviter(names: [Option<&str>; 2]) -> User {
        let email = "ada@example.com".parse().unwrap();
        let mut user = User::invite(AccountId::new(NOW), email, Role::Owner, NOW);
        [user.first_name, user.last_name] = names.map(|name| name.map(|it| it.parse().unwrap()));
        user
    }

    #[test]
    fn code_and_address_are_behind_the_hash_and_survive_it() {
        use CodePurpose::{Invitation, Notice, Reset, Undo, Verification};
        let user = UserKey {
            account: AccountId::new(NOW),
            user: UserId::new(NOW),
        };
        let email = "o'hara+x&y=z@example.com".parse().unwrap();
        let link = Link::to("https://roster.example/");
        for (purpose, page) in [
            (Invitation, "join"),
            (Verification, "join"),
            (Reset, "reset"),
            (Undo, "reset"),
        ] {
            let code = Code::generate(purpose, user).unwrap();
            let url = link.url(purpose, Language::Da, Some(&code), &email);
            let (start, fragment) = url.split_once('#').unwrap();
            assert_eq!(start, format!("https://roster.example/{page}?lang=da"));
            let pairs: Vec<_> = form_urlencoded::parse(fragment.as_bytes()).collect();
            let expected = [
                ("code".into(), code.expose().into()),
                ("email".into(), email.as_str().into()),
            ];
            assert_eq!(pairs, expected);
        }
        // Where there is no code, a new password can be asked for.
        let url = link.url(Notice, Language::En, None, &email);
        let (start, fragment) = url.split_once('#').unwrap();
        assert_eq!(start, "https://roster.example/reset?lang=en");
        let pairs: Vec<_> = form_urlencoded::parse(fragment.as_bytes()).collect();
        assert_eq!(pairs, [("email".into(), email.as_str().into())]);
    }

    #[test]
    fn a_mail_says_in_advance_that_the_address_is_a_login_elsewhere() {
        for purpose in CodePurpose::ALL {
            for language in Language::ALL {
                let details = Details {
                    purpose,
                    language,
                    login_elsewhere: true,
                    ..DETAILS
                };
                let [_, plain, html] = mail(&details);
                let Some(note) = texts::login_elsewhere(purpose, language) else {
                    assert!(!html.contains("<strong>"));
                    continue;
                };
                let note = note.replace("{product}", DETAILS.product);
                let url = DETAILS.url;
                assert!(plain.contains(&format!("\n\n{note}\n\n{url}")), "{plain}");
                assert!(html.contains(&escaped(&note)), "{html}");
            }
        }
    }

    #[test]
    fn every_language_says_everything_in_both_forms() {
        let ada = inviter([Some("Ada"), Some("Lovelace")]);
        for purpose in CodePurpose::ALL {
            for language in Language::ALL {
                for (account, inviter) in [
                    (DETAILS.account, Some(&ada)),
                    (DETAILS.account, None),
                    (None, Some(&ada)),
                    (None, None),
                ] {
                    let details = Details {
                        purpose,
                        language,
                        account,
                        inviter,
                        ..DETAILS
                    };
                    let [subject, plain, html] = mail(&details);
                    let filled = Filled::of(&details);
                    assert!(subject.contains(DETAILS.product), "{subject}");
                    for text in [&filled.lead, &filled.ignore, &filled.reason] {
                        assert!(plain.contains(text.as_str()), "{plain}");
                        assert!(html.contains(&escaped(text)), "{html}");
                    }
                    let invites = inviter.is_some() && purpose == CodePurpose::Invitation;
                    assert_eq!(filled.lead.contains("Ada Lovelace"), invites);
                    assert_eq!(filled.lead.contains("Pomona's <b>"), account.is_some());
                    assert!(plain.contains(DETAILS.url) && plain.ends_with(".\n"));
                    let link = format!(r#"href="{}""#, escaped(DETAILS.url));
                    assert_eq!(html.matches(&link).count(), 2);
                    for text in [&subject, &plain, &html] {
                        assert!(!text.contains("Roster") && !text.contains('{'), "{text}");
                    }
                    assert!(!html.contains("<strong>") && !html.contains("\n\n"));
                    assert!(!plain.contains("\n\n\n"), "{plain}");
                }
            }
        }
    }

    #[test]
    fn whoever_invites_is_called_by_name_or_address() {
        let lead = |names| {
            let ada = inviter(names);
            let details = Details {
                account: None,
                inviter: Some(&ada),
                ..DETAILS
            };
            Filled::of(&details).lead
        };
        let says = " invites you to Orchard & Sons. Choose a password to join.";
        for (names, name) in [
            ([Some("Ada"), Some("Lovelace")], "Ada Lovelace"),
            ([Some("Ada"), None], "Ada"),
            ([None, Some("Lovelace")], "Lovelace"),
            ([None, None], "ada@example.com"),
            ([Some(" "), None], "ada@example.com"),
            ([Some("{account}"), None], "{account}"),
        ] {
            assert_eq!(lead(names), format!("{name}{says}"));
        }
    }

    #[test]
    fn a_name_stays_in_its_place() {
        assert_eq!(shown("Ada\r\nBcc: x"), "AdaBcc: x");
        assert_eq!(shown("\u{202e}gro.live\u{2066}"), "gro.live");
        assert_eq!(shown("Ἀγαθοκλῆς"), "Ἀγαθοκλῆς");
        let long = shown(&"é".repeat(256));
        assert_eq!(long, "é".repeat(80) + "…");
    }
}
