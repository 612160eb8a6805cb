//! How many mails may be asked for: of an address, of an account, of one that nobody has proven.

use crate::testkit::{Call, PASSWORD, Person, TestApp, at_once};
use roster_domain::CodePurpose;
use serde_json::json;
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);

fn invite(app: &TestApp, caller: &Person, email: &str) -> Call {
    let call = app.post("/api/v2/users").bearer(&caller.token);
    call.json(json!({ "email": email }))
}

#[tokio::test]
async fn an_address_is_mailed_three_times_in_ten_minutes_and_ten_times_a_day() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let again = || invite(&app, &ada, "kat@example.com").into_future();
    for _ in 0..3 {
        again().await.expect_status(200);
        app.advance(MINUTE);
    }
    let reply = again().await.expect_members_error(429);
    assert_eq!(reply.header("retry-after"), "420");
    // Another address has nothing to do with it.
    invite(&app, &ada, "edith@example.com")
        .await
        .expect_status(200);
    app.advance(MINUTE * 7);
    for _ in 0..7 {
        again().await.expect_status(200);
        app.advance(MINUTE * 10);
    }
    let reply = again().await.expect_members_error(429);
    // The first of the ten was 10 + 70 minutes ago.
    let wait = 24 * 60 * 60 - 80 * 60;
    assert_eq!(reply.header("retry-after"), wait.to_string());
    app.advance(Duration::from_secs(wait));
    again().await.expect_status(200);
}

/// One's own address, by each API that has it; the refusal is in that API's words.
#[tokio::test]
async fn an_unproven_address_that_is_sent_again_asks_for_three_mails_in_ten_minutes() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let calls = || {
        let address = "ada@example.com";
        let bearer = |method: &str, path: &str| app.call(method, path).bearer(&ada.token);
        [
            bearer("PUT", "/v2/user").json(json!({ "email1": address })),
            bearer("POST", "/user/update").json(json!({ "email": address })),
            bearer("PATCH", &format!("/api/v2/users/{}", ada.id)).json(json!({ "email": address })),
            bearer("PUT", "/rest/users/ada").json(json!({ "email": address })),
        ]
    };
    // Signing up was the first.
    for call in calls().into_iter().take(2) {
        call.await.expect_status(200);
    }
    let [profile, directory, members, accounts] = calls();
    let profile = profile.await.expect_profile_error(429, "TOO_MANY_MAILS");
    assert_eq!(profile.header("retry-after"), "600");
    directory.await.expect_problem(429, "too_many_mails");
    members.await.expect_members_error(429);
    accounts.await.expect_accounts_error(429);
    // Who sends all fields each time means the others.
    let put = app.put("/v2/user").bearer(&ada.token);
    let all = json!({ "email1": "ada@example.com", "user_alias": "Countess" });
    let shown = put.json(all).await.expect_status(200).json();
    assert_eq!(shown[0]["user_alias"], "Countess");
}

#[tokio::test]
async fn an_account_asks_for_few_invitations_until_an_owner_has_proven_an_address() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    for number in 0..10 {
        invite(&app, &ada, &format!("kat{number}@example.com"))
            .await
            .expect_status(200);
    }
    let before = app.items();
    let reply = invite(&app, &ada, "late@example.com").await;
    let reply = reply.expect_members_error(429);
    // Until midnight: it is six in the evening.
    assert_eq!(reply.header("retry-after"), (6 * 60 * 60).to_string());
    let create = app.post("/user/create").bearer(&ada.token);
    let body = json!({ "email": "late@example.com", "role": "user", "sendInvite": true });
    create
        .json(body)
        .await
        .expect_problem(429, "too_many_mails");
    assert!(app.items() == before, "nothing of it is written");
    // Without a mail, nothing limits it.
    let create = app.post("/user/create").bearer(&ada.token);
    let body = json!({ "email": "late@example.com", "role": "user" });
    create.json(body).await.expect_status(200);
    let code = app.mailed_code(CodePurpose::Verification, &ada).await;
    let confirm = app.post("/user/login").basic("ada@example.com", PASSWORD);
    confirm
        .json(json!({ "invite": code }))
        .await
        .expect_status(200);
    invite(&app, &ada, "later@example.com")
        .await
        .expect_status(200);
}

/// The refused write hands back what the wait is made from: no read follows, for which the function
/// may have no permission.
#[tokio::test]
async fn a_limit_of_zero_lets_no_mail_through_and_a_refusal_reads_nothing_more() {
    for mails_per_day in [0, 1] {
        let app = TestApp::with_mails_per_day(mails_per_day).await;
        let ada = app.account("ada").await;
        for number in 0..mails_per_day {
            invite(&app, &ada, &format!("kat{number}@example.com"))
                .await
                .expect_status(200);
        }
        let create = app.post("/user/create").bearer(&ada.token);
        let body = json!({ "email": "late@example.com", "role": "user", "sendInvite": true });
        let (reply, asked) = app.operations(create.json(body)).await;
        let reply = reply.expect_problem(429, "too_many_mails");
        assert_eq!(reply.header("retry-after"), (6 * 60 * 60).to_string());
        let writes = vec!["TransactWriteItems"; mails_per_day as usize];
        assert_eq!(asked, [vec!["GetItem"; 2], writes].concat());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_requests_for_one_address_is_three_mails() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.account("ada").await, app.account("eve").await);
    let mut calls = Vec::new();
    for number in 0..88 {
        let owner = if number % 2 == 0 { &ada } else { &eve };
        calls.push(invite(&app, owner, "kat@example.com"));
    }
    let mut asked = 0;
    for reply in at_once(calls).await {
        match reply.status {
            200 => asked += 1,
            _ => drop(reply.expect_members_error(429)),
        }
    }
    assert_eq!(
        asked, 6,
        "three of each account: neither learns of the other"
    );
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    let mails = background.aws.mails_to("kat@example.com").len();
    assert!((1..=3).contains(&mails), "{mails}");
}

/// Whoever asks: what is over the limit is answered as ever, and not mailed.
#[tokio::test]
async fn many_accounts_together_mail_an_address_three_times_in_ten_minutes() {
    let app = TestApp::start().await;
    for number in 0..5 {
        let owner = app.account(&format!("owner{number}")).await;
        invite(&app, &owner, "kat@example.com")
            .await
            .expect_status(200);
    }
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    assert_eq!(background.aws.mails_to("kat@example.com").len(), 3);
}

/// Fifteen hundred invitations, of which a thousand are let through; then some of other accounts,
/// most of which are in other lanes.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_one_account_keeps_to_its_daily_limit_and_delays_no_other_account() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let mut others = Vec::new();
    for number in 0..5 {
        others.push(app.account(&format!("other{number}")).await);
    }
    let background = app.background_workers().await;
    let aws = background.aws.clone();
    let running = background.spawn();
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..1500 {
        calls.spawn(invite(&app, &ada, &format!("kat{number}@example.com")).into_future());
        if calls.len() == 8 {
            calls.join_next().await.unwrap().unwrap();
        }
    }
    calls.join_all().await;
    for (number, other) in others.iter().enumerate() {
        invite(&app, other, &format!("friend{number}@example.com"))
            .await
            .expect_status(200);
    }
    let started = Instant::now();
    let arrived = |of: &str| {
        let mails = aws.mails().into_iter();
        mails.filter(|mail| mail.to.starts_with(of)).count()
    };
    while arrived("friend") < 3 {
        assert!(started.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    running.abort();
    let invited = app
        .items()
        .into_keys()
        .filter(|(_, sk)| sk.starts_with("INVITATION#"))
        .count();
    assert_eq!(invited, 1000 + others.len());
}
