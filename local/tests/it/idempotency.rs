//! Requests with an `Idempotency-Key`: repeated, they do nothing twice and get the same response.

use crate::testkit::{
    Action, Call, Items, PASSWORD, Person, TestApp, at_once,
    catalogue::{Api, TRANSACT},
};
use roster_domain::{CodePurpose, Role};
use serde_json::json;
use std::time::Duration;

const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An operation that may be repeated.
struct Case {
    name: &'static str,
    api: Api,
    /// Who signs up or joins is nobody yet: of all of them, each has to have a key of their own.
    key: String,
    call: Call,
    /// To the same operation, but of something else.
    other: Call,
}

/// All of them. They are about users whose names begin with `tag`.
async fn cases(app: &TestApp, ada: &Person, tag: &str) -> [Case; 6] {
    let email = |name: &str| format!("{tag}-{name}@example.com");
    let invited = app.invited(ada, &format!("{tag}-accept"), Role::User).await;
    let code = app.mailed_code(CodePurpose::Invitation, &invited).await;
    let login = |name: &str| app.post("/user/login").basic(&email(name), PASSWORD);
    let sign_up = |name: &str| {
        let username = format!("{tag}-{name}");
        let body = json!({ "username": username, "email": email(name), "password": PASSWORD });
        app.post("/rest/users").json(body)
    };
    let create = |name: &str| {
        let body = json!({ "email": email(name), "role": "user", "sendInvite": true });
        let call = app.post("/user/create").api_token(&ada.token);
        call.json(body)
    };
    let invite = |name: &str| {
        let call = app.post("/api/v2/users").api_token(&ada.token);
        call.json(json!({ "email": email(name) }))
    };
    let accept = json!({ "invite": code, "register": true });
    let holder = app.add(ada, &format!("{tag}-holder"));
    let holder = holder.with_password().await;
    let token = |name: &str| {
        let call = app.post("/auth/tokens").basic(&holder.email, PASSWORD);
        call.json(json!({ "name": name }))
    };
    let case = |name, api, call, other| Case {
        name,
        api,
        key: format!("{KEY}-{tag}-{}", name.replace(' ', "-")),
        call,
        other,
    };
    [
        case("sign up", Api::Accounts, sign_up("a"), sign_up("b")),
        case("create", Api::Directory, create("c"), create("d")),
        case("invite", Api::Members, invite("e"), invite("f")),
        case(
            "register",
            Api::Directory,
            login("g").json(json!({ "register": true })),
            login("h").json(json!({ "register": true })),
        ),
        case(
            "accept",
            Api::Directory,
            login("accept").json(accept.clone()),
            app.post("/user/login")
                .basic(&email("accept"), "another-good-passphrase")
                .json(accept),
        ),
        case("token", Api::Auth, token("i"), token("j")),
    ]
}

impl Case {
    fn with_key(&self) -> Call {
        with_key(&self.call, &self.key)
    }

    fn other_with_key(&self) -> Call {
        with_key(&self.other, &self.key)
    }
}

fn with_key(call: &Call, key: &str) -> Call {
    call.clone().header("idempotency-key", key)
}

/// All that the store holds, but for the attempts at passwords: each is counted.
fn done(app: &TestApp) -> Items {
    let mut items = app.items();
    items.retain(|(pk, _), _| !pk.starts_with("ATTEMPTS#"));
    items
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_response_and_does_nothing() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    for case in cases(&app, &ada, "same").await {
        let first = case.with_key().await;
        assert!(first.status < 300, "{}: {first:?}", case.name);
        assert_eq!(first.header("idempotency-replayed"), "");
        let before = done(&app);
        app.advance(Duration::from_secs(60));
        let second = case.with_key().await.expect_status(first.status);
        assert_eq!(second.header("idempotency-replayed"), "true");
        // A token is shown once.
        let mut expected = first.json();
        if let Some(token) = expected.get_mut("token") {
            token.take();
        }
        assert_eq!(second.json(), expected, "{}", case.name);
        assert_eq!(done(&app), before, "{}", case.name);
    }
}

#[tokio::test]
async fn a_key_is_good_for_one_request() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    for case in cases(&app, &ada, "one").await {
        let first = case.with_key().await;
        assert!(first.status < 300, "{}: {first:?}", case.name);
        let before = app.items();
        let other = case.other_with_key().await;
        match case.api {
            Api::Directory | Api::Auth => drop(other.expect_problem(422, "idempotency_key_reused")),
            api => drop(other.expect_refusal(api, 422)),
        }
        assert_eq!(app.items(), before, "{}", case.name);
    }
}

#[tokio::test]
async fn a_key_belongs_to_its_caller() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.account("ada").await, app.account("bob").await);
    for (number, person) in [&ada, &bob].into_iter().enumerate() {
        let email = format!("new{number}@example.com");
        let call = app.post("/user/create").api_token(&person.token);
        let call = call.json(json!({ "email": email, "role": "user" }));
        let reply = with_key(&call, KEY).await.expect_status(200);
        assert_eq!(reply.header("idempotency-replayed"), "");
        assert_eq!(reply.json()["email"], email);
    }
    // Who is nobody is told nothing of it.
    let forged = app.forged_token(&ada);
    let call = app.post("/user/create").api_token(&forged);
    let call = call.json(json!({ "email": "new0@example.com", "role": "user" }));
    with_key(&call, KEY).await.expect_status(401);
}

#[tokio::test]
async fn a_response_is_kept_for_a_day() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let [_, create, ..] = cases(&app, &ada, "day").await;
    create.with_key().await.expect_status(200);
    app.advance(DAY - Duration::from_secs(1));
    create.with_key().await.expect_status(200);
    app.advance(Duration::from_secs(1));
    let late = create.with_key().await;
    late.expect_problem(409, "email_in_use");
    create.other_with_key().await.expect_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_does_it() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    for case in cases(&app, &ada, "race").await {
        let replies = at_once((0..16).map(|_| case.with_key())).await;
        let done = replies.iter().filter(|reply| {
            assert!(reply.status < 300, "{}: {reply:?}", case.name);
            reply.header("idempotency-replayed").is_empty()
        });
        assert_eq!(done.count(), 1, "{}", case.name);
    }
}

/// Each of the client's attempts is done or undone, and none is answered: the caller gets 503. With
/// the key they find out what became of it.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_503_a_repeated_request_is_a_success() {
    let mut app = TestApp::start().await;
    let ada = app.account("ada").await;
    for (tag, action) in [
        ("lost", Action::LoseAnswer),
        ("failed", Action::internal_error()),
    ] {
        app.reach_as_deployed(None);
        for case in cases(&app, &ada, tag).await {
            app.proxy.always(TRANSACT, action.clone());
            let reply = case.with_key().await.expect_status(503);
            assert_eq!(reply.header("retry-after"), "1");
            app.proxy.clear();
            let reply = case.with_key().await;
            assert!(reply.status < 300, "{}: {reply:?}", case.name);
            let replayed = reply.header("idempotency-replayed") == "true";
            assert_eq!(replayed, matches!(action, Action::LoseAnswer));
        }
    }
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let long = "k".repeat(256);
    let cases = cases(&app, &ada, "none").await;
    for key in ["", "a b", "\"\"", long.as_str()] {
        for case in &cases {
            let call = case.call.clone().header("idempotency-key", key);
            let reply = call.await.expect_status(400);
            assert!(reply.text.contains("Idempotency-Key"), "{}", reply.text);
        }
    }
}

#[tokio::test]
async fn what_is_kept_shows_no_secret() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let mut tokens = Vec::new();
    for case in cases(&app, &ada, "secret").await {
        let reply = case.with_key().await;
        let token = &reply.json()["token"]["token"];
        tokens.extend(token.as_str().map(str::to_owned));
    }
    assert_eq!(tokens.len(), 2);
    let stored = format!("{:?}", app.items());
    assert!(!stored.contains(PASSWORD));
    assert!(tokens.iter().all(|token| !stored.contains(token)));
}
