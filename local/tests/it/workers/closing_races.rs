//! Requests that were let in before an account was closed, and write when it is closed, or even erased:
//! nothing of theirs stays.

use super::closing::expect_erased;
use crate::testkit::Action;
use crate::testkit::{AccountEdit, Call, Gate, PASSWORD, Person, TestApp, Which};
use roster_domain::{CodePurpose, Role};
use serde_json::json;
use std::future::IntoFuture;

/// The people of an account, before it is closed.
struct Scene {
    app: TestApp,
    ada: Person,
    alan: Person,
    grace: Person,
    code: String,
}

impl Scene {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let ada = app.account("ada").await;
        let alan = app.add(&ada, "alan").verified().await;
        let grace = app.invited(&ada, "grace", Role::Owner).await;
        Self {
            code: app.mailed_code(CodePurpose::Invitation, &grace).await,
            app,
            ada,
            alan,
            grace,
        }
    }
}

/// Requests that make rows.
const REQUESTS: [fn(&Scene) -> Call; 7] = [
    |it| {
        let call = it.app.post("/user/create").bearer(&it.ada.token);
        call.json(json!({ "email": "new@example.com", "role": "user", "sendInvite": true }))
    },
    |it| {
        let call = it.app.post("/api/v2/users").bearer(&it.ada.token);
        call.json(json!({ "email": "new@example.com" }))
    },
    |it| {
        let call = it.app.post("/api/v2/users").bearer(&it.ada.token);
        call.json(json!({ "email": it.grace.email }))
    },
    |it| {
        let call = it.app.post("/user/login").basic(&it.grace.email, PASSWORD);
        call.json(json!({ "register": true, "invite": it.code }))
    },
    |it| {
        let call = it.app.put("/v2/user").bearer(&it.alan.token);
        call.json(json!({ "email1": "new@example.com" }))
    },
    |it| {
        let path = format!("/api/v2/users/{}", it.alan.id);
        let call = it.app.call("PATCH", &path).bearer(&it.ada.token);
        call.json(json!({ "email": "new@example.com" }))
    },
    |it| {
        let path = format!("/api/v2/users/{}/deactivate", it.alan.id);
        it.app.post(&path).bearer(&it.ada.token)
    },
];

/// The write comes when the account is closed and nobody is erased yet: what it made is erased.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_after_the_closing_is_erased() {
    for (number, request) in REQUESTS.into_iter().enumerate() {
        let scene = Scene::start().await;
        let app = &scene.app;
        let close = || app.edit_account(&scene.ada, AccountEdit::Closed);
        let reply = app.between_reads_and_writes(request(&scene), close).await;
        // Who is put into the account must not get in at all.
        if number < 2 {
            assert_eq!(reply.status, 401, "{reply:?}");
        }
        app.background_workers().await.run_until_idle().await;
        expect_erased(&app.items(), &scene.ada);
    }
}

/// The write comes when everybody is erased: it makes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_after_everybody_is_erased() {
    for request in REQUESTS {
        let scene = Scene::start().await;
        let app = &scene.app;
        let gate = Gate::new();
        app.proxy
            .script(Which::Writes, [Action::HoldUntil(gate.clone())]);
        let reply = tokio::spawn(request(&scene).into_future());
        gate.reached().await;
        app.edit_account(&scene.ada, AccountEdit::Closed);
        app.background_workers().await.run_until_idle().await;
        expect_erased(&app.items(), &scene.ada);
        gate.open();
        let reply = reply.await.unwrap();
        assert!([400, 401].contains(&reply.status), "{reply:?}");
        expect_erased(&app.items(), &scene.ada);
    }
}
