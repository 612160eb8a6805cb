//! What all pages have in common: frame, style, language, and the headers that keep everything else out.

use crate::{
    App, Error, Product, Request, Response,
    texts::{self, CommonPage, fill},
};
use askama::Template;
use base64::{Engine, engine::general_purpose::STANDARD};
use lambda_http::http::{HeaderName, HeaderValue, StatusCode, header};
use ring::digest::{SHA256, digest};
use roster_domain::Language;

const STYLE: &str = include_str!("page.css");
const SHARED_SCRIPT: &str = include_str!("shared.js");

/// What the frame of every page is filled with.
pub(super) struct Page<'a> {
    pub(super) language: Language,
    pub(super) product: &'a Product,
    pub(super) common: &'static CommonPage,
    /// The page's own script, which comes after the shared one.
    pub(super) script: &'static str,
}

impl<'a> Page<'a> {
    pub(super) fn of(app: &'a App, request: &Request, script: &'static str) -> Self {
        Self::new(&app.settings.product, language(request), script)
    }

    pub(super) fn new(product: &'a Product, language: Language, script: &'static str) -> Self {
        Self {
            language,
            product,
            common: texts::common_page(language),
            script,
        }
    }

    /// A text with the name of the product in it.
    pub(super) fn say(&self, text: &str) -> String {
        fill(text, &[("product", &self.product.name)])
    }

    pub(super) fn style(&self) -> &'static str {
        STYLE
    }

    pub(super) fn shared_script(&self) -> &'static str {
        SHARED_SCRIPT
    }

    /// Nothing but the page's own style and scripts, and calls to where it came from.
    fn content_security_policy(&self) -> String {
        let source = |text: &str| {
            let hash = STANDARD.encode(digest(&SHA256, text.as_bytes()));
            format!("'sha256-{hash}'")
        };
        format!(
            "default-src 'none'; style-src {}; script-src {} {}; connect-src 'self'; \
             form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
            source(STYLE),
            source(SHARED_SCRIPT),
            source(self.script)
        )
    }

    /// The response with the page that a template makes of this.
    pub(super) fn show(&self, template: &impl Template) -> Result<Response, Error> {
        let page = template.render().map_err(Error::internal)?;
        let policy = HeaderValue::from_str(&self.content_security_policy());
        let fixed = HeaderValue::from_static;
        Ok(
            Response::text(StatusCode::OK, "text/html; charset=utf-8", page)
                .with_header(
                    header::CONTENT_SECURITY_POLICY,
                    policy.map_err(Error::internal)?,
                )
                .with_header(header::CONTENT_LANGUAGE, fixed(self.language.as_str()))
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
pub(super) mod tests {
    use super::*;
    use crate::Event;
    use std::collections::BTreeSet;

    /// A product whose name is no HTML, with and without an app.
    fn products() -> [Product; 2] {
        let name = "Orchard <& Sons>".to_owned();
        [None, Some("https://app.example.com/a?b=1&c=2".to_owned())].map(|app_url| Product {
            name: name.clone(),
            app_url,
            ..Product::default()
        })
    }

    /// The names in a script between `before` and the next quotation mark.
    fn names_after<'a>(script: &'a str, before: &str) -> BTreeSet<&'a str> {
        let after = script.split(before).skip(1);
        after.filter_map(|rest| rest.split('"').next()).collect()
    }

    fn attributes<'a>(html: &'a str, name: &str) -> BTreeSet<&'a str> {
        names_after(html, &format!(" {name}=\""))
    }

    /// What holds for each page, which `render` makes.
    pub(in super::super) fn check_page(script: &'static str, render: impl Fn(Page<'_>) -> String) {
        let scripts = format!("{SHARED_SCRIPT}{script}");
        for language in Language::ALL {
            let mut ids = BTreeSet::new();
            let pages = products().map(|product| {
                let app_url = product.app_url.is_some();
                (render(Page::new(&product, language, script)), app_url)
            });
            for (html, has_app) in &pages {
                assert!(html.contains(&format!("<html lang=\"{}\">", language.as_str())));
                assert!(html.contains(">Orchard &#60;&#38; Sons&#62;</h1>"));
                assert!(html.contains(&format!("<style>{STYLE}</style>")));
                for text in [SHARED_SCRIPT, script] {
                    assert!(html.contains(&format!("<script>{text}</script>")));
                }
                let app = r#"href="https://app.example.com/a?b=1&#38;c=2""#;
                assert_eq!(html.contains(app), *has_app);
                let said = html.replace(STYLE, "").replace(&scripts, "");
                let said = said.replace(SHARED_SCRIPT, "").replace(script, "");
                assert!(!said.contains("Roster") && !said.contains("{product}"));
                // A page with an app has no token, and one without has nowhere to go on to.
                assert_eq!(
                    attributes(html, "id").contains("token"),
                    !has_app && script.contains("token")
                );
                ids.extend(attributes(html, "id"));
                let texts = attributes(html, "data-text");
                for name in names_after(&scripts, "text(\"") {
                    assert!(texts.contains(name), "{name}");
                }
                for name in texts {
                    assert!(
                        scripts.contains(&format!("\"{name}\"")),
                        "{name} is not used"
                    );
                }
            }
            for id in names_after(&scripts, "element(\"") {
                assert!(ids.contains(id), "{id}");
            }
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
