use std::env;

/// The deployer's product: what people sign up for, and whose name they know. Roster is what the
/// software is called, and the product's name only where none was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// `PRODUCT_NAME`: in mails and on pages, `Roster` by default.
    pub name: String,
    /// `APP_URL`: where people go on to from a page, if there is such a place.
    pub app_url: Option<String>,
    /// `REPLY_TO`: the address that answers to a mail go to, if it is not the sender's.
    pub reply_to: Option<String>,
    /// `ALLOWED_ORIGINS`: the origins whose pages may call the API, with commas between them.
    pub allowed_origins: Vec<String>,
}

impl Default for Product {
    fn default() -> Self {
        Self {
            name: "Roster".into(),
            app_url: None,
            reply_to: None,
            allowed_origins: Vec::new(),
        }
    }
}

/// The longest name of a product. It is in the subject of mails.
const MAX_NAME: usize = 64;

impl Product {
    /// Reads the function's environment: an empty variable is the same as none.
    ///
    /// # Errors
    /// The name of the variable, and what it must be.
    pub(crate) fn from_env() -> Result<Self, (&'static str, &'static str)> {
        let read = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let product = Self {
            name: read("PRODUCT_NAME").unwrap_or(Self::default().name),
            app_url: read("APP_URL"),
            reply_to: read("REPLY_TO"),
            allowed_origins: read("ALLOWED_ORIGINS").map_or_else(Vec::new, |origins| {
                origins.split(',').map(str::to_owned).collect()
            }),
        };
        product.check().map(|()| product)
    }

    /// Whether its values are what mails, pages and headers can hold.
    ///
    /// # Errors
    /// The name of the variable, and what it must be.
    pub fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let name = &self.name;
        if name.trim() != name || name.is_empty() || name.chars().any(char::is_control) {
            return Err(("PRODUCT_NAME", "must be one line without spaces around it"));
        }
        if name.chars().count() > MAX_NAME {
            return Err(("PRODUCT_NAME", "must be at most 64 characters"));
        }
        if self.app_url.as_deref().is_some_and(|url| !is_address(url)) {
            return Err((
                "APP_URL",
                "must start with https://; http:// is for this machine",
            ));
        }
        if self.reply_to.as_deref().is_some_and(|to| !is_mailbox(to)) {
            return Err(("REPLY_TO", "must be an email address"));
        }
        let is_origin = |origin: &String| is_address(origin) && origin.matches('/').count() == 2;
        if !self.allowed_origins.iter().all(is_origin) {
            return Err((
                "ALLOWED_ORIGINS",
                "must be origins such as https://app.example.com, with commas and no spaces between them",
            ));
        }
        Ok(())
    }
}

/// Whether a browser may be sent there: no other scheme, such as `javascript:`, and no plain HTTP over a
/// network.
fn is_address(url: &str) -> bool {
    let host = match url.split_once("://") {
        Some(("https", rest)) => return !rest.is_empty() && is_printable(rest),
        Some(("http", rest)) => rest,
        _ => return false,
    };
    let end = host.find(['/', '?', '#']).unwrap_or(host.len());
    let authority = &host[..end];
    let name = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => authority,
    };
    is_printable(url) && ["localhost", "127.0.0.1", "[::1]"].contains(&name)
}

fn is_mailbox(text: &str) -> bool {
    is_printable(text) && text.split('@').filter(|part| !part.is_empty()).count() == 2
}

fn is_printable(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"\"<>,".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(change: impl FnOnce(&mut Product)) -> Option<&'static str> {
        let mut product = Product::default();
        change(&mut product);
        product.check().err().map(|(name, _)| name)
    }

    #[test]
    fn a_name_is_one_short_line() {
        for good in ["Orchard", "Orchard & Sons <beta>", "ÆØÅ", "{account}"] {
            assert_eq!(wrong(|it| it.name = good.into()), None, "{good}");
        }
        for bad in ["", " ", "Orchard ", "a\nb", "a\rBcc: x", &"x".repeat(65)] {
            let variable = wrong(|it| it.name = bad.into());
            assert_eq!(variable, Some("PRODUCT_NAME"), "{bad:?}");
        }
    }

    #[test]
    fn people_are_sent_on_by_https_or_stay_on_their_machine() {
        let wrong = |url: &str| wrong(|it| it.app_url = Some(url.into()));
        for good in [
            "https://app.example.com",
            "https://app.example.com/welcome?from=mail#top",
            "http://localhost:5173/",
            "http://127.0.0.1:8080/app",
            "http://[::1]:8080",
        ] {
            assert_eq!(wrong(good), None, "{good}");
        }
        for bad in [
            "",
            "https://",
            "app.example.com",
            "http://app.example.com",
            "http://localhost.example.com",
            "http://localhost@example.com",
            "http://127.0.0.1:80@example.com",
            "javascript:alert(1)",
            "javascript://localhost/%0aalert(1)",
            "https://a b",
            "https://a\">",
        ] {
            assert_eq!(wrong(bad), Some("APP_URL"), "{bad}");
        }
    }

    #[test]
    fn an_origin_has_no_path() {
        let wrong = |origin: &str| wrong(|it| it.allowed_origins = vec![origin.into()]);
        for good in ["https://app.example.com", "http://localhost:5173"] {
            assert_eq!(wrong(good), None, "{good}");
        }
        for bad in ["*", "", "https://app.example.com/", "null", " https://a"] {
            assert_eq!(wrong(bad), Some("ALLOWED_ORIGINS"), "{bad}");
        }
    }

    #[test]
    fn answers_go_to_one_mailbox() {
        let wrong = |to: &str| wrong(|it| it.reply_to = Some(to.into()));
        assert_eq!(wrong("help@example.com"), None);
        for bad in [
            "",
            "help",
            "@",
            "a@b@c",
            "a@b, c@d",
            "Help <help@example.com>",
        ] {
            assert_eq!(wrong(bad), Some("REPLY_TO"), "{bad}");
        }
    }
}
