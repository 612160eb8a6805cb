//! The store away, throttling, slow or contended: 503 in each API's own shape, in time.

use crate::testkit::{
    Action, Call, Edit, PASSWORD, Reply, StoreError, TestApp, Which, account_key, user_key,
};
use roster_domain::Role;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Half of what `template.yaml` gives a function.
const PATIENCE: Duration = Duration::from_secs(20);

type Expectation = fn(Reply) -> Reply;

fn calls(app: &TestApp, token: &str) -> Vec<(Call, Expectation)> {
    let unavailable: Expectation = |reply| reply.expect_problem(503, "unavailable");
    vec![
        (app.get("/v2/user").bearer(token), |r| {
            r.expect_profile_error(503, "UNAVAILABLE")
        }),
        (
            app.put("/v2/user")
                .bearer(token)
                .json(json!({ "user_alias": "x" })),
            |r| r.expect_profile_error(503, "UNAVAILABLE"),
        ),
        (app.post("/user/login").basic("ada", PASSWORD), unavailable),
        (app.post("/user/login").bearer(token), unavailable),
        (app.get("/rest/users/ada").bearer(token), |r| {
            r.expect_accounts_error(503)
        }),
        (
            app.post("/rest/users").json(json!({
                "username": "grace", "email": "grace@example.com", "password": PASSWORD,
            })),
            |r| r.expect_accounts_error(503),
        ),
    ]
}

async fn all_say_unavailable(app: &TestApp, token: &str) {
    for (call, expect) in calls(app, token) {
        let started = Instant::now();
        let reply = expect(call.await);
        assert_eq!(reply.header("retry-after"), "1");
        assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn a_store_that_refuses_is_told_in_every_apis_words() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    app.proxy.always(Which::Any, Action::throttled());
    all_say_unavailable(&app, &ada.token).await;
    for fault in [Action::internal_error(), Action::BadGateway] {
        app.proxy.clear();
        app.proxy.always(Which::Any, fault);
        all_say_unavailable(&app, &ada.token).await;
    }
    app.proxy.clear();
    app.get("/v2/user")
        .bearer(&ada.token)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn a_store_that_is_away_is_told_in_every_apis_words() {
    let mut app = TestApp::start().await;
    let ada = app.owner("ada").await;
    // A port that was free a moment ago, and that nobody listens on.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    app.reach_as_deployed(Some(&format!("http://{free}")));
    all_say_unavailable(&app, &ada.token).await;
}

#[tokio::test]
async fn a_silent_store_is_given_up_in_time() {
    let mut app = TestApp::start().await;
    let ada = app.owner("ada").await;
    app.reach_as_deployed(None);
    app.proxy.always(Which::Any, Action::HangBefore);
    let started = Instant::now();
    let call = app.get("/v2/user").bearer(&ada.token);
    call.await.expect_profile_error(503, "UNAVAILABLE");
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

#[tokio::test]
async fn rows_that_are_left_out_of_an_answer_are_asked_for_again() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let get = || {
        let call = app.post("/user/get").bearer(&ada.token);
        call.json(json!({ "id": alan.id }))
    };
    app.proxy.script("BatchGetItem", [Action::LeaveOut]);
    let (reply, asked) = app.operations(get()).await;
    assert_eq!(reply.expect_status(200).json()["id"], alan.id);
    assert_eq!(asked, ["GetItem", "BatchGetItem", "BatchGetItem"]);
    app.proxy.expect_scripts_done();
    app.proxy.always("BatchGetItem", Action::throttled());
    get().await.expect_problem(503, "unavailable");
}

#[tokio::test]
async fn transactions_that_meet_others_are_sent_again() {
    let app = TestApp::start().await;
    app.proxy.script(
        "TransactWriteItems",
        vec![Action::transaction_conflict(); 3],
    );
    app.owner("ada").await;
    app.proxy.expect_scripts_done();
    app.proxy
        .always("TransactWriteItems", Action::transaction_conflict());
    let body = json!({ "username": "grace", "email": "grace@example.com", "password": PASSWORD });
    app.post("/rest/users")
        .json(body)
        .await
        .expect_accounts_error(503);
}

#[tokio::test]
async fn updates_that_meet_a_transaction_are_sent_again() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let put = |alias: &str| {
        app.put("/v2/user")
            .bearer(&ada.token)
            .json(json!({ "user_alias": alias }))
    };
    app.proxy
        .script("UpdateItem", vec![Action::write_conflict(); 3]);
    put("Countess").await.expect_status(200);
    app.proxy.expect_scripts_done();
    app.proxy
        .script("UpdateItem", vec![Action::write_conflict(); 3]);
    let wrong = app.post("/user/login").basic("ada", "wrong");
    wrong.await.expect_status(401);
    app.proxy.expect_scripts_done();
    assert_eq!(app.failures("ada").await, 1);
    app.proxy.always("UpdateItem", Action::write_conflict());
    put("Ada").await.expect_profile_error(503, "UNAVAILABLE");
}

#[tokio::test]
async fn a_login_whose_first_answer_is_lost_makes_one_old_token_stop_working() {
    let app = TestApp::start().await;
    let mut people = vec![app.owner("ada").await];
    for _ in 0..9 {
        people.push(app.login("ada@example.com").await);
    }
    // The first is the attempt's.
    app.proxy
        .script("UpdateItem", [Action::Pass, Action::LoseAnswer]);
    let new = app.login("ada@example.com").await;
    app.proxy.expect_scripts_done();
    app.get("/v2/user")
        .bearer(&new.token)
        .await
        .expect_status(200);
    let mut working = 0;
    for person in &people {
        let reply = app.get("/v2/user").bearer(&person.token).await;
        working += usize::from(reply.status == 200);
    }
    assert_eq!(working, 9);
}

#[tokio::test]
async fn an_activity_that_cannot_be_written_fails_no_answer() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    app.advance(Duration::from_secs(3600));
    app.proxy.always("UpdateItem", Action::throttled());
    app.get("/v2/user")
        .bearer(&ada.token)
        .await
        .expect_status(200);
    app.proxy.clear();
    let (reply, asked) = app.operations(app.get("/v2/user").bearer(&ada.token)).await;
    reply.expect_status(200);
    assert_eq!(asked, ["GetItem", "UpdateItem"], "once an hour");
    let activity = app.user(&ada).await.unwrap().activity();
    assert_eq!(activity, Some(app.now().to_the_hour()));
    let (_, asked) = app.operations(app.get("/v2/user").bearer(&ada.token)).await;
    assert_eq!(asked, ["GetItem"]);
}

#[tokio::test]
async fn an_unreadable_row_is_an_internal_error() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let (pk, sk) = (account_key(&ada.account), user_key(&ada.id));
    app.edit(&ada, Edit::UnknownRole);
    let error = format!("the row {pk}/{sk} cannot be read");
    assert_eq!(app.read_user(&ada).await, Err(StoreError::Other(error)));
    // The API says nothing of it.
    let event = json!({ "headers": { "authorization": ada.token } });
    let answer = app.respond("profile-get", event).await;
    assert_eq!(answer.status, 500);
    let fixed = json!({ "error": "INTERNAL", "message": "Something went wrong on our side. It is in the log, by the request's id." });
    assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap(), fixed);
}
