use crate::texts::{self, Mail};
use askama::Template;
use aws_sdk_sesv2::types::{Body, Content, EmailContent, Message, MessageHeader};
use form_urlencoded::Serializer;
use roster_domain::{Code, CodePurpose, EmailAddress, Language};
use std::error::Error;

/// Where a mail leads to.
#[derive(Clone, Debug)]
pub struct Link {
    join: String,
    reset: String,
}

impl Link {
    pub(crate) fn to(public_url: &str) -> Self {
        let base = public_url.trim_end_matches('/');
        Self {
            join: format!("{base}/join"),
            reset: format!("{base}/reset"),
        }
    }

    /// Where a user asks for a code to choose a new password with.
    pub(crate) fn page(&self, language: Language) -> String {
        format!("{}?lang={}", self.reset, language.as_str())
    }

    /// The code and the address are in the fragment: the browser keeps that to itself, so neither
    /// reaches a server, its log, or the next page's referrer.
    pub(crate) fn url(&self, language: Language, code: &Code, email: &EmailAddress) -> String {
        let fragment = Serializer::new(String::new())
            .append_pair("code", &code.expose())
            .append_pair("email", email.as_str())
            .finish();
        let language = language.as_str();
        let page = match code.purpose() {
            CodePurpose::Invitation | CodePurpose::Verification => &self.join,
            CodePurpose::Reset | CodePurpose::Undo | CodePurpose::Notice => &self.reset,
        };
        format!("{page}?lang={language}#{fragment}")
    }
}

#[derive(Template)]
#[template(path = "workers/send_mail/mail.txt")]
struct PlainText<'a> {
    texts: &'static Mail,
    note: Option<&'static str>,
    url: &'a str,
}

#[derive(Template)]
#[template(path = "workers/send_mail/mail.html")]
struct Html<'a> {
    texts: &'static Mail,
    note: Option<&'static str>,
    language: Language,
    url: &'a str,
}

/// The mail, in plain text and in HTML. `login_elsewhere` says that somebody already logs in to
/// another account with the address.
pub(super) fn content(
    purpose: CodePurpose,
    language: Language,
    url: &str,
    login_elsewhere: bool,
) -> Result<EmailContent, Box<dyn Error + Send + Sync>> {
    let texts = texts::mail(purpose, language);
    let note = login_elsewhere.then(|| texts::login_elsewhere(language));
    let plain = PlainText { texts, note, url }.render()?;
    let html = Html {
        texts,
        note,
        language,
        url,
    }
    .render()?;
    let utf8 = |data: String| Content::builder().data(data).charset("UTF-8").build();
    // RFC 3834: nobody's out-of-office is to answer this.
    let automatic = MessageHeader::builder()
        .name("Auto-Submitted")
        .value("auto-generated")
        .build()?;
    let body = Body::builder().text(utf8(plain)?).html(utf8(html)?).build();
    let message = Message::builder()
        .subject(utf8(texts.subject.to_owned())?)
        .body(body)
        .headers(automatic)
        .build();
    Ok(EmailContent::builder().simple(message).build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use roster_domain::{AccountId, Timestamp, UserId, UserKey};

    #[test]
    fn code_and_address_are_behind_the_hash_and_survive_it() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let purpose = CodePurpose::Invitation;
        let user = UserKey {
            account: AccountId::new(now),
            user: UserId::new(now),
        };
        let code = Code::generate(purpose, user).unwrap();
        let email = "o'hara+x&y=z@example.com".parse().unwrap();
        let url = Link::to("https://roster.example/").url(Language::Da, &code, &email);
        let (page, fragment) = url.split_once('#').unwrap();
        assert_eq!(page, "https://roster.example/join?lang=da");
        let pairs: Vec<_> = form_urlencoded::parse(fragment.as_bytes()).collect();
        assert_eq!(
            pairs,
            [
                ("code".into(), code.expose().into()),
                ("email".into(), email.as_str().into())
            ]
        );
    }

    #[test]
    fn an_invitation_says_in_advance_that_the_address_is_a_login_elsewhere() {
        for language in Language::ALL {
            let content = content(CodePurpose::Invitation, language, "https://x", true).unwrap();
            let body = content.simple.unwrap().body.unwrap();
            let (plain, html) = (body.text.unwrap().data, body.html.unwrap().data);
            let note = texts::login_elsewhere(language);
            assert!(
                plain.contains(&format!("\n\n{note}\n\nhttps://x")),
                "{plain}"
            );
            assert!(html.contains(note), "{html}");
        }
    }

    #[test]
    fn every_language_says_everything_in_both_forms() {
        let url = "https://roster.example/join?lang=x#code=1&email=2";
        for purpose in [CodePurpose::Invitation, CodePurpose::Verification] {
            for language in Language::ALL {
                let content = content(purpose, language, url, false).unwrap();
                let body = content.simple.unwrap().body.unwrap();
                let (plain, html) = (body.text.unwrap().data, body.html.unwrap().data);
                assert!(plain.contains(url) && plain.ends_with(".\n"));
                let link = r#"href="https://roster.example/join?lang=x#code=1&#38;email=2""#;
                assert_eq!(html.matches(link).count(), 2);
                let texts = texts::mail(purpose, language);
                for text in [texts.lead, texts.lifetime, texts.ignore] {
                    assert!(plain.contains(text));
                    assert!(html.contains(&text.replace('\'', "&#39;")));
                }
                let note = texts::login_elsewhere(language);
                assert!(!plain.contains(note) && !html.contains("<strong>"));
                assert!(!plain.contains("\n\n\n") && !html.contains("\n\n"));
            }
        }
    }
}
