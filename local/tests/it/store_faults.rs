//! The store away, throttling, slow or contended: 503 in each API's own shape, in time.

use crate::support::{App, Call, Fault, PASSWORD, Reply};
use roster_domain::Role;
use roster_functions::{ENDPOINTS, Event};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Half of what `template.yaml` gives a function.
const PATIENCE: Duration = Duration::from_secs(20);

type Expectation = fn(Reply) -> Reply;

fn calls(app: &App, token: &str) -> Vec<(Call, Expectation)> {
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

async fn all_say_unavailable(app: &App, token: &str) {
    for (call, expect) in calls(app, token) {
        let started = Instant::now();
        let reply = expect(call.await);
        assert_eq!(reply.header("retry-after"), "1");
        assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn throttling() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    app.fault(Fault::Throttling);
    all_say_unavailable(&app, &ada.token).await;
    for fault in [Fault::InternalError, Fault::BadGateway] {
        app.fault(fault);
        all_say_unavailable(&app, &ada.token).await;
    }
    app.fault(Fault::None);
    app.get("/v2/user")
        .bearer(&ada.token)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn away() {
    let mut app = App::start().await;
    let ada = app.owner("ada").await;
    // A port that was free a moment ago, and that nobody listens on.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    app.deployed(Some(&format!("http://{free}")));
    all_say_unavailable(&app, &ada.token).await;
}

#[tokio::test]
async fn silent() {
    let mut app = App::start().await;
    let ada = app.owner("ada").await;
    app.deployed(None);
    app.fault(Fault::Silence);
    let started = Instant::now();
    let call = app.get("/v2/user").bearer(&ada.token);
    call.await.expect_profile_error(503, "UNAVAILABLE");
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

#[tokio::test]
async fn rows_that_are_left_out_of_an_answer_are_asked_for_again() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let get = || {
        let call = app.post("/user/get").bearer(&ada.token);
        call.json(json!({ "id": alan.id }))
    };
    app.fault(Fault::LeavesOut(1));
    let (reply, asked) = app.asked(async { get().await }).await;
    assert_eq!(reply.expect_status(200).json()["id"], alan.id);
    assert_eq!(asked, ["BatchGetItem"; 2]);
    app.fault(Fault::LeavesOut(2));
    let (reply, asked) = app.asked(async { get().await }).await;
    assert_eq!(reply.expect_status(200).json()["id"], alan.id);
    assert_eq!(asked, ["BatchGetItem"; 3]);
    app.fault(Fault::ThrottlingOf("BatchGetItem"));
    get().await.expect_problem(503, "unavailable");
}

#[tokio::test]
async fn transactions_that_meet_others_are_sent_again() {
    let app = App::start().await;
    app.fault(Fault::TransactionConflicts(3));
    app.owner("ada").await;
    app.fault(Fault::TransactionConflicts(1000));
    let body = json!({ "username": "grace", "email": "grace@example.com", "password": PASSWORD });
    app.post("/rest/users")
        .json(body)
        .await
        .expect_accounts_error(503);
}

#[tokio::test]
async fn updates_that_meet_a_transaction_are_sent_again() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let put = || {
        app.put("/v2/user")
            .bearer(&ada.token)
            .json(json!({ "user_alias": "Countess" }))
    };
    app.fault(Fault::UpdateConflicts(3));
    put().await.expect_status(200);
    app.fault(Fault::UpdateConflicts(3));
    let wrong = app.post("/user/login").basic("ada", "wrong");
    wrong.await.expect_status(401);
    assert_eq!(app.attempts("ada").await.failures.len(), 1);
    app.fault(Fault::UpdateConflicts(1000));
    put().await.expect_profile_error(503, "UNAVAILABLE");
}

#[tokio::test]
async fn a_login_whose_first_answer_is_lost_costs_one_old_token() {
    let app = App::start().await;
    let mut people = vec![app.owner("ada").await];
    for _ in 0..9 {
        people.push(app.login("ada@example.com").await);
    }
    // The first is the attempt's.
    app.fault(Fault::LostAnswerOf("UpdateItem", 1));
    let new = app.login("ada@example.com").await;
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
    let app = App::start().await;
    let ada = app.owner("ada").await;
    app.advance(Duration::from_secs(3600));
    app.fault(Fault::ThrottlingOf("UpdateItem"));
    app.get("/v2/user")
        .bearer(&ada.token)
        .await
        .expect_status(200);
    app.fault(Fault::None);
    let (reply, asked) = app
        .asked(async { app.get("/v2/user").bearer(&ada.token).await })
        .await;
    reply.expect_status(200);
    assert_eq!(asked, ["GetItem", "UpdateItem"], "once an hour");
    let item = app.user_item(&ada).unwrap();
    assert_eq!(item["activity"]["S"], "2026-11-21T19:00:00.000Z");
    let (_, asked) = app
        .asked(async { app.get("/v2/user").bearer(&ada.token).await })
        .await;
    assert_eq!(asked, ["GetItem"]);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_a_defect_and_not_passed_over() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let (pk, sk) = (
        format!("ACCOUNT#{}", ada.account),
        format!("USER#{}", ada.id),
    );
    app.store(&pk, &sk, json!({ "role": { "S": "emperor" } }));
    let error = app
        .roster
        .repository
        .user_get(ada.account.parse().unwrap(), ada.id.parse().unwrap());
    let error = error.await.unwrap_err().to_string();
    assert_eq!(error, format!("the row {pk}/{sk} cannot be read"));
    // The front door says nothing of it.
    let event = json!({ "headers": { "authorization": ada.token } });
    let event: Event = serde_json::from_value(event).unwrap();
    let profile = ENDPOINTS
        .iter()
        .find(|endpoint| endpoint.name == "profile-get");
    let answer = profile.unwrap().answer(&app.roster, event).await;
    assert_eq!(answer.status.as_u16(), 500);
    let fixed = json!({ "error": "INTERNAL", "message": "something went wrong on our side" });
    assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap(), fixed);
}
