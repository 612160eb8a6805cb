//! `GET /join`: the page that a mail's link opens. It takes a name and a password, and uses the
//! code through `POST /user/login`.
//!
//! The code is in the link's fragment, which browsers send to nobody; the page's script reads it
//! from there. So this function never sees it, and what it answers depends on the language alone.

use super::API;
use crate::{
    App, Endpoint, Error, Request, Response,
    http::endpoint,
    texts::{self, JoinPage},
};
use askama::Template;
use base64::{Engine, engine::general_purpose::STANDARD};
use lambda_http::http::{HeaderName, HeaderValue, StatusCode, header};
use ring::digest::{SHA256, digest};
use roster_domain::{Language, PasswordAdvice};

/// The function `join-page`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "join-page",
    routes: ["GET /join"],
    callers: "anybody",
    summary: "The page behind the link in a mail",
    handler: join,
};

const STYLE: &str = include_str!("join.css");
const SCRIPT: &str = include_str!("join.js");

async fn join(_: &App, request: &Request) -> Result<Response, Error> {
    let language = language(request);
    let page = page(language).map_err(Error::internal)?;
    let policy = HeaderValue::from_str(&content_security_policy()).map_err(Error::internal)?;
    let fixed = HeaderValue::from_static;
    Ok(
        Response::text(StatusCode::OK, "text/html; charset=utf-8", page)
            .with_header(header::CONTENT_SECURITY_POLICY, policy)
            .with_header(header::CONTENT_LANGUAGE, fixed(language.as_str()))
            .with_header(header::VARY, fixed("accept-language"))
            .with_header(header::REFERRER_POLICY, fixed("no-referrer"))
            .with_header(header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff"))
            .with_header(header::X_FRAME_OPTIONS, fixed("DENY"))
            .with_header(
                HeaderName::from_static("cross-origin-opener-policy"),
                fixed("same-origin"),
            ),
    )
}

/// Nothing but the page's own style and script, and calls to where it came from.
fn content_security_policy() -> String {
    let source = |text: &str| {
        let hash = STANDARD.encode(digest(&SHA256, text.as_bytes()));
        format!("'sha256-{hash}'")
    };
    format!(
        "default-src 'none'; style-src {}; script-src {}; connect-src 'self'; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
        source(STYLE),
        source(SCRIPT)
    )
}

#[derive(Template)]
#[template(path = "api/pages/join.html")]
struct Page {
    language: Language,
    texts: &'static JoinPage,
    style: &'static str,
    script: &'static str,
}

fn page(language: Language) -> askama::Result<String> {
    let page = Page {
        language,
        texts: texts::join_page(language),
        style: STYLE,
        script: SCRIPT,
    };
    page.render()
}

/// What the mail's link asks for, else what the browser likes best of what there is.
fn language(request: &Request) -> Language {
    let asked = request.query_parameter("lang");
    if let Some(language) = asked.and_then(|asked| asked.parse().ok()) {
        return language;
    }
    let accepted = request.header("accept-language").unwrap_or_default();
    let mut best = (0.0, Language::default());
    for range in accepted.split(',') {
        let (tag, quality) = range.split_once(";q=").unwrap_or((range, "1"));
        let primary = tag.trim().split('-').next().unwrap_or_default();
        let language = primary.to_ascii_lowercase().parse();
        let quality = quality.trim().parse::<f64>().unwrap_or(0.0);
        if let Ok(language) = language
            && quality > best.0
        {
            best = (quality, language);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Event;

    #[test]
    fn the_page_is_in_its_language_with_its_style_and_script_as_they_are() {
        for language in Language::ALL {
            let page = page(language).unwrap();
            let texts = texts::join_page(language);
            assert!(page.contains(&format!("<html lang=\"{}\">", language.as_str())));
            assert!(page.contains(&format!(">{}</h1>", texts.title)));
            assert!(page.contains(STYLE) && page.contains(SCRIPT));
        }
    }

    #[test]
    fn the_script_finds_every_text_and_element_that_it_names() {
        let quoted = |before: &str| {
            let after = SCRIPT.split(before).skip(1);
            let names: Vec<&str> = after.filter_map(|rest| rest.split('"').next()).collect();
            assert!(names.len() > 5, "{before}");
            names
        };
        let page = page(Language::En).unwrap();
        for id in quoted("element(\"") {
            assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
        }
        for name in quoted("text(\"") {
            assert!(page.contains(&format!("data-text=\"{name}\"")), "{name}");
        }
    }

    #[test]
    fn the_link_decides_the_language_and_then_the_browser() {
        let of = |query: &str, accepted: &str| {
            let accepted = ("accept-language".to_owned(), accepted.to_owned());
            let event = Event {
                raw_query_string: query.into(),
                headers: [accepted].into(),
                ..Event::default()
            };
            language(&Request::from(event))
        };
        assert_eq!(of("lang=da", "fr"), Language::Da);
        assert_eq!(of("lang=xx", "sv, de-AT;q=0.8, fr;q=0.9"), Language::Fr);
        assert_eq!(of("", "DE"), Language::De);
        for nothing in ["", "sv", "*", ";q=", "fr;q=0", "de;q=NaN"] {
            assert_eq!(of("", nothing), Language::En, "{nothing}");
        }
    }
}
