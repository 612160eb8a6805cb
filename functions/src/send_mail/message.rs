use super::texts::{Texts, texts};
use aws_sdk_sesv2::{
    error::BuildError,
    types::{Body, Content, EmailContent, Message, MessageHeader},
};
use form_urlencoded::Serializer;
use roster_domain::{Code, CodePurpose, EmailAddress, Language};

/// Where a mail leads to.
#[derive(Clone, Debug)]
pub struct Link {
    page: String,
}

impl Link {
    pub(crate) fn to(public_url: &str) -> Self {
        Self {
            page: format!("{}/join", public_url.trim_end_matches('/')),
        }
    }

    /// The code and the address are in the fragment: the browser keeps that to itself, so neither
    /// reaches a server, its log, or the next page's referrer.
    pub(crate) fn url(&self, language: Language, code: &Code, email: &EmailAddress) -> String {
        let fragment = Serializer::new(String::new())
            .append_pair("code", &code.reveal())
            .append_pair("email", email.as_str())
            .finish();
        let language = language.as_str();
        format!("{}?lang={language}#{fragment}", self.page)
    }
}

/// The mail, in plain text and in HTML.
pub(super) fn content(
    purpose: CodePurpose,
    language: Language,
    url: &str,
) -> Result<EmailContent, BuildError> {
    let texts = texts(purpose, language);
    let utf8 = |data: String| Content::builder().data(data).charset("UTF-8").build();
    // RFC 3834: nobody's out-of-office is to answer this.
    let automatic = MessageHeader::builder()
        .name("Auto-Submitted")
        .value("auto-generated")
        .build()?;
    let body = Body::builder()
        .text(utf8(plain(texts, url))?)
        .html(utf8(html(texts, language, url))?)
        .build();
    let message = Message::builder()
        .subject(utf8(texts.subject.to_owned())?)
        .body(body)
        .headers(automatic)
        .build();
    Ok(EmailContent::builder().simple(message).build())
}

fn plain(texts: &Texts, url: &str) -> String {
    let Texts {
        lead, note, ignore, ..
    } = texts;
    format!("{lead}\n\n{url}\n\n{note}\n\n{ignore}\n")
}

fn html(texts: &Texts, language: Language, url: &str) -> String {
    let [subject, lead, button, or, note, ignore, url] = [
        texts.subject,
        texts.lead,
        texts.button,
        texts.or,
        texts.note,
        texts.ignore,
        url,
    ]
    .map(escape);
    let language = language.as_str();
    // `ses:no-track`: SES must not lead the link, with the code in it, through a server of its own.
    format!(
        r#"<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{subject}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1a1a1a;background:#ffffff">
<p>{lead}</p>
<p><a ses:no-track href="{url}" style="display:inline-block;padding:12px 24px;border-radius:6px;color:#ffffff;background:#1f4fbf;text-decoration:none">{button}</a></p>
<p>{or}<br><a ses:no-track href="{url}" style="color:#1f4fbf;word-break:break-all">{url}</a></p>
<p>{note}</p>
<p style="color:#555555">{ignore}</p>
</body>
</html>
"#
    )
}

/// As text or as the value of an attribute in double quotes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use roster_domain::{AccountId, Timestamp, UserId};

    #[test]
    fn code_and_address_are_behind_the_hash_and_survive_it() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let purpose = CodePurpose::Invitation;
        let code = Code::generate(purpose, AccountId::new(now), UserId::new(now)).unwrap();
        let email = "o'hara+x&y=z@example.com".parse().unwrap();
        let url = Link::to("https://roster.example/").url(Language::Da, &code, &email);
        let (page, fragment) = url.split_once('#').unwrap();
        assert_eq!(page, "https://roster.example/join?lang=da");
        let pairs: Vec<_> = form_urlencoded::parse(fragment.as_bytes()).collect();
        assert_eq!(
            pairs,
            [
                ("code".into(), code.reveal().into()),
                ("email".into(), email.as_str().into())
            ]
        );
    }

    #[test]
    fn every_language_says_everything_in_both_forms() {
        for purpose in [CodePurpose::Invitation, CodePurpose::Verification] {
            for language in Language::ALL {
                let texts = texts(purpose, language);
                let url = "https://roster.example/join?lang=x#code=1&email=2";
                let (plain, html) = (plain(texts, url), html(texts, language, url));
                assert!(plain.contains(url));
                assert!(
                    html.contains(
                        r#"href="https://roster.example/join?lang=x#code=1&amp;email=2""#
                    )
                );
                for text in [texts.lead, texts.note, texts.ignore] {
                    assert!(!text.is_empty());
                    assert!(plain.contains(text));
                    assert!(html.contains(&escape(text)));
                }
            }
        }
        assert_eq!(
            escape(r#"<a href="x" b='y'>&"#),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;"
        );
    }
}
