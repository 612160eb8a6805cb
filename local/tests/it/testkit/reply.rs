//! Replies of the gateway, and what must hold for them.

use super::{catalogue::Api, document::DOCUMENT};
use axum::http::{HeaderMap, header};
use serde_json::Value;

#[derive(Clone, Debug)]
pub struct Reply {
    pub what: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    /// It must be an answer to such a request that the OpenAPI document has.
    pub(super) fn check(&self, method: &str, path: &str) {
        let from_gateway = self.check_common();
        if !from_gateway && !self.is_page() {
            let operation = DOCUMENT.operation(method, path);
            let operation = operation.unwrap_or_else(|| panic!("{} has no route", self.what));
            operation.check(self);
        }
    }

    /// Pages, and the ways to them, are in no document.
    fn is_page(&self) -> bool {
        self.status == 302 || self.header("content-type").starts_with("text/html")
    }

    /// What holds for every answer of every function. Tells whether the answer is of none.
    pub(super) fn check_common(&self) -> bool {
        assert_ne!(self.status, 500, "{}: {}", self.what, self.text);
        assert!(
            !self.header("x-request-id").is_empty(),
            "{} has no x-request-id",
            self.what
        );
        let said_by_gateway = [r#"{"message":"Not Found"}"#, r#"{"message":"Bad Request"}"#];
        // HEAD has no route, and its answer no text; nor has the answer to OPTIONS.
        let without_text = ["HEAD ", "OPTIONS "];
        let from_gateway = said_by_gateway.contains(&self.text.as_str())
            || without_text
                .iter()
                .any(|method| self.what.starts_with(method));
        if !from_gateway {
            assert!(!self.header("x-build-id").is_empty(), "{}", self.what);
            assert_eq!(self.header("cache-control"), "no-store", "{}", self.what);
        }
        if !from_gateway && self.status == 401 {
            assert!(
                self.headers.contains_key(header::WWW_AUTHENTICATE),
                "{}",
                self.what
            );
        }
        from_gateway
    }

    #[track_caller]
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.what, self.text);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.what, self.text))
    }

    /// The answer must be a failure in the words of the profile API.
    #[track_caller]
    pub fn expect_profile_error(self, status: u16, code: &str) -> Self {
        let reply = self.expect_status(status);
        let body = reply.json();
        assert_eq!(body["error"], code, "{}", reply.text);
        if code == "AUTH_REQUIRED" {
            assert_eq!(reply.text, r#"{"error":"AUTH_REQUIRED"}"#);
        } else {
            assert!(
                body["message"]
                    .as_str()
                    .is_some_and(|message| !message.is_empty())
            );
        }
        reply
    }

    /// The answer must be a failure in the words of the directory API.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        let reply = self.expect_status(status);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        let body = reply.json();
        assert_eq!(body["code"], code, "{}", reply.text);
        assert_eq!(body["status"], status);
        for member in ["type", "title", "detail"] {
            assert!(body[member].is_string(), "{member} in {}", reply.text);
        }
        reply
    }

    /// The answer must be a failure in the words of the members API.
    #[track_caller]
    pub fn expect_members_error(self, status: u16) -> Self {
        let reply = self.expect_status(status);
        let body = reply.json();
        assert_eq!(body["error"], true, "{}", reply.text);
        assert_eq!(body["statusCode"], status);
        assert!(body["message"].is_string());
        reply
    }

    /// The answer must be a failure in the words of the accounts API.
    #[track_caller]
    pub fn expect_accounts_error(self, status: u16) -> Self {
        let reply = self.expect_status(status);
        let body = reply.json();
        assert_eq!(body["status"], 0, "{}", reply.text);
        assert!(body["message"].is_string());
        reply
    }
}

impl Reply {
    /// The reply must refuse, in the words of an API, what the caller may not or cannot do.
    #[track_caller]
    pub fn expect_refusal(self, api: Api, status: u16) -> Self {
        match api {
            Api::Profile => self.expect_status(status),
            Api::Directory | Api::Auth => {
                let code = match status {
                    400 => "invalid_value",
                    401 => "auth_required",
                    403 => "forbidden",
                    404 => "not_found",
                    409 if api == Api::Auth => "not_active",
                    other => panic!("the API has no code for {other} here"),
                };
                self.expect_problem(status, code)
            }
            Api::Members => self.expect_members_error(status),
            Api::Accounts => self.expect_accounts_error(status),
        }
    }
}

/// Where the answer's `Link` header says that the next page is: path and query.
pub fn next_page(reply: &Reply) -> Option<String> {
    let link = reply.headers.get(header::LINK)?.to_str().unwrap();
    let (url, parameters) = link.strip_prefix('<').unwrap().split_once('>').unwrap();
    assert_eq!(parameters, r#"; rel="next""#);
    Some(url.strip_prefix("http://roster.test").unwrap().to_owned())
}
