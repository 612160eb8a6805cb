//! `GET /reset`: the page where people ask for a new password, choose one by the link in a mail, and undo
//! a change of their address. It does so through `POST /auth/password/forgot`, `POST
//! /auth/password/reset` and `POST /auth/email/undo`.
//!
//! `GET /.well-known/change-password` leads there: password managers look for it at that place
//! (<https://w3c.github.io/webappsec-change-password-url/>).
//!
//! As on the page where people join, the code is in the link's fragment, and this function never sees it.

use super::{API, page::Page};
use crate::{
    App, Endpoint, Error, Request, Response,
    http::endpoint,
    texts::{self, ResetPage},
};
use askama::Template;
use roster_domain::PasswordAdvice;

/// The function `reset-page`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "reset-page",
    routes: ["GET /reset", "GET /.well-known/change-password"],
    callers: "anybody",
    summary: "The page where people choose a new password, and undo a change of their address",
    handler: reset,
};

const SCRIPT: &str = include_str!("reset.js");

/// Where the other route is, as its path ends: before it may be the path of the API's public address.
const WELL_KNOWN: &str = "/.well-known/change-password";

#[derive(Template)]
#[template(path = "api/pages/reset.html")]
struct Reset<'a> {
    page: &'a Page<'a>,
    texts: &'static ResetPage,
}

impl<'a> Reset<'a> {
    fn of(page: &'a Page<'a>) -> Self {
        let texts = texts::reset_page(page.language);
        Self { page, texts }
    }
}

async fn reset(app: &App, request: &Request) -> Result<Response, Error> {
    let (_, path) = request.method_and_path();
    if path.ends_with(WELL_KNOWN) {
        // Relative, so that it is right under any path.
        return Ok(Response::found("../reset"));
    }
    let page = Page::of(app, request, SCRIPT);
    page.show(&Reset::of(&page))
}

#[cfg(test)]
mod tests {
    use super::{super::page::tests::check_page, *};

    #[test]
    fn the_page_is_whole_in_every_language() {
        check_page(SCRIPT, |page| Reset::of(&page).render().unwrap());
    }
}
