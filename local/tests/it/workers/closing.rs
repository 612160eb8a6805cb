//! `close-account`: what becomes of everybody in an account that was closed.

use crate::testkit::{
    AccountEdit, Action, FakeAws, Items, PASSWORD, Person, Proxy, TestApp, account_key, at_once,
};
use roster_domain::{CodePurpose, Role};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

/// What the store has of an account: the rows of its partition, and whatever else names it. How many
/// mails went to an address is counted for all accounts together, and forgotten after a day.
pub fn rows_of(items: &Items, account: &str) -> Vec<(String, String)> {
    let rows = items.iter().filter(|((pk, _), item)| {
        let names_it = item.to_string().contains(account);
        names_it && !(pk.starts_with("MAILS#") && item["ttl"].is_object())
    });
    rows.map(|(key, _)| key.clone()).collect()
}

/// Nothing is left but the account's row, which tells nothing of people.
#[track_caller]
pub fn expect_erased(items: &Items, person: &Person) {
    let row = (account_key(&person.account), "ACCOUNT".to_owned());
    assert_eq!(rows_of(items, &person.account), std::slice::from_ref(&row));
    let item = items[&row].as_object().unwrap();
    let mut names: Vec<_> = item.keys().map(String::as_str).collect();
    names.retain(|name| !["changed_by", "revision"].contains(name));
    names.sort_unstable();
    let left = [
        "PK",
        "SK",
        "active_owners",
        "closed",
        "created",
        "id",
        "verified",
    ];
    assert_eq!(names, left);
    assert_eq!(item["closed"]["BOOL"], true);
}

/// An account with people of every kind: with usernames and passwords, a former address, wrong
/// passwords, forgotten ones, invited, deactivated; with kept responses, and mails that were asked for.
pub async fn account_of_all_kinds(app: &TestApp, name: &str) -> Person {
    let owner = app.account(name).await;
    let person = |role: &str| format!("{name}-{role}");
    app.add(&owner, &person("user"))
        .username(&person("user"))
        .await;
    app.deactivated(&owner, &person("gone"), Role::Admin).await;
    app.invited(&owner, &person("invited"), Role::Owner).await;
    let moved = app.add(&owner, &person("moved")).verified().await;
    app.readdress(&moved, &format!("{name}-new@example.com"))
        .await;
    app.lock(&format!("{name}-new@example.com"), 3);
    app.lock(&moved.email, 3);
    app.lock(&person("user"), 3);
    for forgotten in [person("user"), format!("{name}-invited@example.com")] {
        let call = app.post("/auth/password/forgot");
        let call = match forgotten.contains('@') {
            true => call.json(json!({ "email": forgotten })),
            false => call.json(json!({ "username": forgotten })),
        };
        call.await.expect_status(202);
    }
    let create = app.post("/user/create").bearer(&owner.token);
    let create = create.header("idempotency-key", "\"8e03978e\"");
    let body =
        json!({ "email": format!("{name}-kept@example.com"), "role": "user", "sendInvite": true });
    create.json(body).await.expect_status(200);
    owner
}

/// The record of the stream that tells of the closing.
pub fn batch(app: &TestApp) -> Value {
    let mut records = app.stream_records();
    records.retain(|record| record["dynamodb"]["NewImage"]["closed"]["BOOL"] == true);
    records.truncate(1);
    assert_eq!(records.len(), 1);
    json!({ "Records": records })
}

#[tokio::test]
async fn everything_of_an_account_is_erased_and_nothing_of_another() {
    let app = TestApp::start().await;
    let linus = account_of_all_kinds(&app, "linus").await;
    // Somebody who is in both by the same address, and has proven it in the other one.
    let before = app.items();
    let ada = account_of_all_kinds(&app, "ada").await;
    app.edit_account(&ada, AccountEdit::Closed);
    let workers = app.workers_with_aws(&FakeAws::default().serve().await);
    for _ in 0..2 {
        let failures = workers.failures_of("close-account", batch(&app)).await;
        assert_eq!(failures, [""; 0]);
        let items = app.items();
        expect_erased(&items, &ada);
        let mut others = items;
        let own = account_key(&ada.account);
        others.retain(|(pk, _), _| *pk != own);
        assert!(others == before, "something else has changed");
    }
    assert!(app.user(&linus).await.is_some());
}

/// A login that has gone to another account's user stays theirs, and so does the count of wrong
/// passwords for it.
#[tokio::test]
async fn a_login_that_another_user_has_proven_stays() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let linus = app.account("linus").await;
    let other = app.invited(&linus, "alan", Role::User).await;
    let code = app.mailed_code(CodePurpose::Invitation, &other).await;
    let join = app.post("/user/login").basic(&other.email, PASSWORD);
    let join = join.json(json!({ "register": true, "invite": code }));
    join.await.expect_status(200);
    assert!(app.user(&alan).await.unwrap().lost_address());
    app.lock(&alan.email, 3);
    app.edit_account(&ada, AccountEdit::Closed);
    let workers = app.workers_with_aws(&FakeAws::default().serve().await);
    workers.deliver("close-account", batch(&app)).await;
    expect_erased(&app.items(), &ada);
    assert_eq!(app.login_of(&other.email).await.unwrap().user, other.id);
    assert_eq!(app.failures(&other.email).await, 3);
}

/// A message alone erases nothing.
#[tokio::test]
async fn an_account_that_is_open_is_left_alone() {
    let app = TestApp::start().await;
    let ada = account_of_all_kinds(&app, "ada").await;
    let before = app.items();
    app.edit_account(&ada, AccountEdit::Closed);
    let batch = batch(&app);
    app.restore(&before);
    let workers = app.workers_with_aws(&FakeAws::default().serve().await);
    let failures = workers.failures_of("close-account", batch).await;
    assert_eq!(failures, [""; 0]);
    assert!(app.items() == before);
}

/// Of a row that cannot be read nobody knows the names. It goes to the dead letters; its user is shut out
/// all the same, and everybody else is erased.
#[tokio::test]
async fn a_row_that_cannot_be_read_holds_up_nobody_else() {
    let app = TestApp::start().await;
    let ada = account_of_all_kinds(&app, "ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    app.edit(&alan, crate::testkit::Edit::UnknownRole);
    app.edit_account(&ada, AccountEdit::Closed);
    let aws = FakeAws::default();
    let workers = app.workers_with_aws(&aws.serve().await);
    let failures = workers.failures_of("close-account", batch(&app)).await;
    assert_eq!(failures, [""; 0]);
    assert_eq!(aws.dead_letters().len(), 1);
    let items = app.items();
    let rows = rows_of(&items, &ada.account);
    let own = account_key(&ada.account);
    let user = format!("USER#{}", alan.id);
    let login = ("EMAIL#alan@example.com".to_owned(), "EMAIL".to_owned());
    let left = [
        (own.clone(), "ACCOUNT".to_owned()),
        (own.clone(), user.clone()),
        login,
    ];
    assert_eq!(rows, left);
    assert_eq!(items[&(own, user)]["tokens"]["M"], json!({}));
}

/// Delivers the batch to a fresh function that is killed at its request of this number, before or after
/// that was done; whether it got so far.
async fn deliver(app: &TestApp, aws: &str, batch: &Value, kill: Option<(usize, Action)>) -> bool {
    let store = Proxy::before(&app.store_endpoint()).await;
    let requests = Arc::new(AtomicUsize::new(0));
    store.hook(move |_, _| {
        let number = requests.fetch_add(1, SeqCst);
        match &kill {
            Some((request, how)) if *request == number => how.clone(),
            _ => Action::Pass,
        }
    });
    let workers = app.workers(&store.endpoint(), aws);
    tokio::select! {
        biased;
        () = store.hung() => true,
        failures = workers.failures_of("close-account", batch.clone()) => {
            assert_eq!(failures, [""; 0]);
            false
        }
    }
}

/// Killed at each of its requests, and again at a later one, it is erased in the end.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_request_it_goes_on_when_it_is_delivered_again() {
    let app = TestApp::start().await;
    let linus = app.account("linus").await;
    let ada = account_of_all_kinds(&app, "ada").await;
    app.edit_account(&ada, AccountEdit::Closed);
    let (batch, before) = (batch(&app), app.items());
    let aws = FakeAws::default().serve().await;
    let mut request = 0;
    loop {
        let mut killed = false;
        for how in [Action::HangBefore, Action::HangAfter] {
            app.restore(&before);
            killed = deliver(&app, &aws, &batch, Some((request, how.clone()))).await;
            deliver(&app, &aws, &batch, Some((request / 2, how))).await;
            assert!(!deliver(&app, &aws, &batch, None).await);
            expect_erased(&app.items(), &ada);
            assert!(app.user(&linus).await.is_some());
        }
        if !killed {
            break;
        }
        request += 1;
    }
    assert!(request > 30, "{request} requests");
}

/// While the store refuses, the record is among those that come again.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_away_makes_the_record_come_again() {
    let app = TestApp::start().await;
    let ada = account_of_all_kinds(&app, "ada").await;
    app.edit_account(&ada, AccountEdit::Closed);
    let batch = batch(&app);
    let aws = FakeAws::default().serve().await;
    let expected = json!([batch["Records"][0]["dynamodb"]["SequenceNumber"]]);
    for operation in ["GetItem", "Query", "UpdateItem", "DeleteItem"] {
        let store = Proxy::before(&app.store_endpoint()).await;
        store.always(operation, Action::BadGateway);
        let workers = app.workers(&store.endpoint(), &aws);
        let failures = workers.failures_of("close-account", batch.clone()).await;
        assert_eq!(json!(failures), expected, "{operation}");
    }
    assert!(!deliver(&app, &aws, &batch, None).await);
    expect_erased(&app.items(), &ada);
}

/// How long 250 requests take. A machine that is busy with other tests may take longer than the half minute
/// that a quiet one has time for.
async fn time_of_a_tenth(app: &TestApp, person: &Person) -> Duration {
    let start = Instant::now();
    let calls = (0..250).map(|_| app.get("/v2/user").bearer(&person.token));
    at_once(calls).await;
    start.elapsed()
}

/// As it happens: by the front door, with all functions at work.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_2500_is_shut_at_once_and_then_erased() {
    let app = TestApp::start().await;
    let linus = app.owner("linus").await;
    let ada = app.owner("ada").await;
    let alan = app.add(&ada, "alan").username("alan").with_password();
    let alan = alan.await;
    let grace = app.member(&ada, "grace", Role::Admin).await;
    let copies = app.copies(&grace, 2500);
    let youngest = Person {
        id: copies[2499].to_string(),
        ..grace.clone()
    };
    let aws = FakeAws::default();
    // Past the proxy, which keeps every request.
    let workers = app.workers(&app.store_endpoint(), &aws.serve().await);
    let mut background = app.background_workers_of(aws, Some(workers)).await;
    // What their mails and events are about is none of this test's business.
    background.run_until_idle().await;
    let own = account_key(&ada.account);
    let others = |mut items: Items| {
        items.retain(|(pk, _), item| {
            // Nor are the marks of requests that are refused below.
            let counts = pk.starts_with("ATTEMPTS#") || pk.starts_with("MAILS#");
            *pk != own && !counts && !item.to_string().contains(&ada.account)
        });
        items
    };
    let before = others(app.items());
    let has_token = |item: &Value| {
        let tokens = item["tokens"]["M"].as_object();
        tokens.is_some_and(|tokens| !tokens.is_empty())
    };
    let tokens = |items: &Items| {
        let users = items.iter().filter(|((pk, _), _)| *pk == own);
        users.filter(|(_, item)| has_token(item)).count()
    };
    assert_eq!(tokens(&app.items()), 2503);

    let limit = Duration::from_secs(30).max(time_of_a_tenth(&app, &linus).await * 10 * 4);
    let close = app.call("DELETE", "/auth/account").basic("ada", PASSWORD);
    let closed = Instant::now();
    close.await.expect_status(202);
    for name in ["ada", "alan", "alan@example.com"] {
        let login = app.post("/user/login").basic(name, PASSWORD);
        login.await.expect_problem(401, "auth_required");
    }
    for person in [&ada, &alan] {
        let login = app
            .post("/user/login")
            .bearer(&person.token)
            .json(json!({}));
        login.await.expect_problem(401, "auth_required");
    }
    let aws = background.aws.clone();
    let work = background.spawn();
    // They are shut out by age, more or less: when the youngest is, few others are not.
    while app
        .user(&youngest)
        .await
        .is_some_and(|user| user.tokens() > 0)
    {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    while tokens(&app.items()) > 0 {}
    let waited = closed.elapsed();
    assert!(
        waited < limit,
        "tokens worked for {waited:?}, not {limit:?}"
    );
    for person in [&ada, &alan] {
        let get = app.get("/v2/user").bearer(&person.token);
        get.await.expect_profile_error(401, "AUTH_REQUIRED");
    }
    let removed = |aws: &FakeAws| {
        let mut events = aws.events();
        events.retain(|event| event["detail-type"] == "UserRemoved");
        events
    };
    while rows_of(&app.items(), &ada.account).len() > 1 || removed(&aws).is_empty() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    work.abort();
    let items = app.items();
    expect_erased(&items, &ada);
    assert!(others(items) == before);
    let get = app.get("/v2/user").bearer(&linus.token);
    get.await.expect_status(200);

    // Each was removed by who closed the account.
    let mut removed = removed(&aws).into_iter();
    assert!(removed.all(|event| event["detail"]["actor"] == ada.id.as_str()));
}
