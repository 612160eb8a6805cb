//! The `$default` route, which gets every request that no other route matches.
//!
//! Two of the documented paths end in a slash. An HTTP API takes no route key that does, and matches
//! paths to the letter, so those requests arrive here, with the whole path. They are answered by the
//! handlers of the paths without the slash, and logged under those names. Everything else gets the
//! answer that API Gateway itself gives where there is no `$default` route.

use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster, accounts, endpoint::endpoint, members,
};
use roster_domain::Password;

/// The function `default-route`.
pub const ENDPOINT: Endpoint = Endpoint {
    // As for `accounts-create`, the one among them that has something to prepare.
    prepare: Password::prepare,
    stand_in,
    ..endpoint!(Api::Gateway, "default-route", handle)
};

/// The method and path of each request that is answered here, and the endpoint that answers it.
pub const SLASHED: &[(&str, &str, Endpoint)] = &[
    ("GET", "/api/v2/users/", members::list::ENDPOINT),
    ("POST", "/api/v2/users/", members::invite::ENDPOINT),
    ("POST", "/rest/users/", accounts::create::ENDPOINT),
];

fn stand_in(request: &Request) -> Option<&'static Endpoint> {
    let sent = request.method_and_path();
    let found = SLASHED
        .iter()
        .find(|(method, path, _)| sent == (*method, *path));
    found.map(|(_, _, endpoint)| endpoint)
}

async fn handle(_: &Roster, _: &Request) -> Result<Answer, Failure> {
    Err(Failure::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Event;

    #[test]
    fn it_stands_for_the_documented_slashes_and_nothing_else() {
        let named = |method: &str, path: &str| {
            let mut event = Event::default();
            event.request_context.http.method = method.into();
            event.request_context.http.path = path.into();
            stand_in(&Request::from(event)).map_or("default-route", |endpoint| endpoint.name)
        };
        assert_eq!(named("GET", "/api/v2/users/"), "members-list");
        assert_eq!(named("POST", "/api/v2/users/"), "members-invite");
        assert_eq!(named("POST", "/rest/users/"), "accounts-create");
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
            assert_eq!(named(method, path), "default-route", "{method} {path}");
        }
    }
}
