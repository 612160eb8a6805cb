//! The `$default` route, which gets every request that no other route matches.
//!
//! Two of the documented paths end in a slash. An HTTP API takes no route key that does, and matches
//! paths to the letter, so those requests arrive here, with the whole path. They are answered by the
//! handlers of the paths without the slash, and logged under those names. Everything else gets the
//! response that API Gateway itself gives where there is no `$default` route.
//!
//! Where pages of other origins may call the API, their browsers ask first, by `OPTIONS`, and want a
//! success. API Gateway answers such a request by itself only if no route takes it, and `$default`
//! takes everything. So they are answered here too; the headers are API Gateway's.

use super::{accounts, members};
use crate::{
    Api, App, Endpoint, Error, Request, Response,
    http::{ErrorBody, endpoint},
};
use roster_domain::Password;
use serde_json::json;

/// A request without a route gets API Gateway's own words.
static API: Api = Api {
    name: "Gateway",
    is_documented: false,
    error_body: |error| {
        let message = error.code.status().canonical_reason();
        ErrorBody::json(&json!({ "message": message }))
    },
};

/// The function `default-route`. Of the endpoints that it stands for, `accounts-create` has something
/// to warm up.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "default-route",
    routes: ["$default", "OPTIONS /{proxy+}"],
    callers: "as without the slash",
    summary: "Serves `/api/v2/users/` and `/rest/users/`, which the documents spell with a slash at the end, and answers browsers that ask whether a page may call the API",
    handler: respond,
}
    .warmed_up_by(Password::warm_up)
    .standing_for(find);

/// The method and path of each request that is answered here, and the endpoint that answers it.
pub const SLASHED: &[(&str, &str, Endpoint)] = &[
    ("GET", "/api/v2/users/", members::list::ENDPOINT),
    ("POST", "/api/v2/users/", members::invite::ENDPOINT),
    ("POST", "/rest/users/", accounts::create::ENDPOINT),
];

fn find(request: &Request) -> Option<&'static Endpoint> {
    let sent = request.method_and_path();
    let found = SLASHED
        .iter()
        .find(|(method, path, _)| sent == (*method, *path));
    found.map(|(_, _, endpoint)| endpoint)
}

async fn respond(app: &App, request: &Request) -> Result<Response, Error> {
    let is_cross_origin = !app.settings.product.allowed_origins.is_empty();
    match is_cross_origin && is_preflight(request) {
        true => Ok(Response::no_content()),
        false => Err(Error::NOT_FOUND),
    }
}

/// Whether a browser asks what a page may send: <https://fetch.spec.whatwg.org/#cors-preflight-request>.
fn is_preflight(request: &Request) -> bool {
    let (method, _) = request.method_and_path();
    let needed = ["origin", "access-control-request-method"];
    method == "OPTIONS" && needed.iter().all(|name| request.header(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Event;

    #[test]
    fn it_stands_for_the_documented_slashes_and_nothing_else() {
        let found = |method: &str, path: &str| {
            let mut event = Event::default();
            event.request_context.http.method = method.into();
            event.request_context.http.path = path.into();
            find(&Request::from(event)).map_or("default-route", |endpoint| endpoint.name)
        };
        assert_eq!(found("GET", "/api/v2/users/"), "members-list");
        assert_eq!(found("POST", "/api/v2/users/"), "members-invite");
        assert_eq!(found("POST", "/rest/users/"), "accounts-create");
        for (method, path) in [
            ("GET", "/rest/users/"),
            ("PUT", "/api/v2/users/"),
            ("HEAD", "/api/v2/users/"),
            ("get", "/api/v2/users/"),
            ("GET", "/api/v2/users"),
            ("GET", "/api/v2/users//"),
            ("GET", "/API/v2/users/"),
            ("GET", "/stage/api/v2/users/"),
            ("", ""),
        ] {
            assert_eq!(found(method, path), "default-route", "{method} {path}");
        }
    }
}
