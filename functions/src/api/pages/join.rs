//! `GET /join`: the page that the link of an invitation opens, and that of a mail to confirm an address.
//! It takes a name and a password, and uses the code through `POST /user/login`.
//!
//! The code is in the link's fragment, which browsers send to nobody; the page's script reads it
//! from there. So this function never sees it, and what it answers depends on the language alone.

use super::{API, page::Page};
use crate::{
    App, Endpoint, Error, Request, Response,
    http::endpoint,
    texts::{self, JoinPage},
};
use askama::Template;
use roster_domain::PasswordAdvice;

/// The function `join-page`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "join-page",
    routes: ["GET /join"],
    callers: "anybody",
    summary: "The page where people join, and confirm an address, by the link in a mail",
    handler: join,
};

const SCRIPT: &str = include_str!("join.js");

#[derive(Template)]
#[template(path = "api/pages/join.html")]
struct Join<'a> {
    page: &'a Page<'a>,
    texts: &'static JoinPage,
}

impl<'a> Join<'a> {
    fn of(page: &'a Page<'a>) -> Self {
        let texts = texts::join_page(page.language);
        Self { page, texts }
    }
}

async fn join(app: &App, request: &Request) -> Result<Response, Error> {
    let page = Page::of(app, request, SCRIPT);
    page.show(&Join::of(&page))
}

#[cfg(test)]
mod tests {
    use super::{super::page::tests::check_page, *};

    #[test]
    fn the_page_is_whole_in_every_language() {
        check_page(SCRIPT, |page| Join::of(&page).render().unwrap());
    }
}
