//! `publish-events`

use crate::testkit::{Edit, FakeAws, PASSWORD, SampleBatch, TestApp};
use axum::{Json, Router, extract::State, routing::post};
use jsonschema::Validator;
use roster_domain::Role;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;

/// An EventBridge that takes only some of what it is given.
#[derive(Clone, Default)]
struct FlakyBus(Arc<Mutex<Taken>>);

#[derive(Default)]
struct Taken {
    /// What was taken, in its order.
    entries: Vec<Value>,
    /// Largest call.
    most: usize,
    calls: usize,
}

impl FlakyBus {
    async fn serve(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .fallback(post(put_events))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        format!("http://{address}")
    }
}

async fn put_events(State(bus): State<FlakyBus>, body: String) -> Json<Value> {
    let request: Value = serde_json::from_str(&body).unwrap();
    let entries = request["Entries"].as_array().unwrap();
    let mut taken = bus.0.lock().unwrap();
    taken.most = taken.most.max(entries.len());
    taken.calls += 1;
    let mut results = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        // Which ones fail is another with each call.
        if (at * 7 + taken.calls * 3) % 5 < 2 {
            results
                .push(json!({ "ErrorCode": "ThrottlingException", "ErrorMessage": "slow down" }));
        } else {
            taken.entries.push(entry.clone());
            results.push(json!({ "EventId": format!("{}-{at}", taken.calls) }));
        }
    }
    Json(json!({ "FailedEntryCount": 1, "Entries": results }))
}

fn detail(entry: &Value) -> Value {
    serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap()
}

/// Twelve people, each changed five times, the changes of all interleaved.
#[tokio::test]
async fn events_that_the_bus_refuses_are_put_again_and_each_user_stays_in_order() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let mut people = Vec::new();
    for number in 0..12 {
        people.push(
            app.invited(&ada, &format!("user{number}"), Role::User)
                .await,
        );
    }
    for change in 0..5 {
        for person in &people {
            app.rename(person, &format!("alias {change}")).await;
        }
    }
    let bus = FlakyBus::default();
    let workers = app.workers_with_aws(&bus.serve().await);
    let batch = json!({ "Records": app.stream_records() });
    let failures = workers.failures_of("publish-events", batch.clone()).await;
    assert_eq!(failures, [""; 0]);

    let first: Vec<Value> = std::mem::take(&mut bus.0.lock().unwrap().entries);
    // AccountCreated, UserJoined of Ada; of each other one invitation and five changes.
    assert_eq!(first.len(), 2 + 12 * 6);
    assert_eq!(bus.0.lock().unwrap().most, 10);
    let id = |entry: &Value| detail(entry)["id"].as_str().unwrap().to_owned();
    let ids: BTreeSet<String> = first.iter().map(id).collect();
    assert_eq!(ids.len(), first.len(), "none went through twice");
    let mut sequences: BTreeMap<String, Vec<u128>> = BTreeMap::new();
    for entry in &first {
        let detail = detail(entry);
        let sequence = detail["sequence"].as_str().unwrap().parse().unwrap();
        let user = detail["userId"].as_str().unwrap_or_default().to_owned();
        sequences.entry(user).or_default().push(sequence);
    }
    assert_eq!(sequences.len(), 14);
    for (user, sequences) in sequences {
        assert!(sequences.is_sorted(), "{user}: {sequences:?}");
    }
    // Delivered again, every event has the id that it had.
    workers.deliver("publish-events", batch).await;
    let again: BTreeSet<String> = bus.0.lock().unwrap().entries.iter().map(id).collect();
    assert_eq!(ids, again);
}

fn schemas() -> BTreeMap<String, Validator> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/events");
    fs::read_dir(folder)
        .unwrap()
        .map(|file| {
            let path = file.unwrap().path();
            let schema = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let kind = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (kind, jsonschema::validator_for(&schema).unwrap())
        })
        .collect()
}

#[tokio::test]
async fn every_event_happens_and_is_as_its_schema_says() {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;
    let ada = app.owner("ada").await;
    let grace = app.invited(&ada, "grace", Role::User).await;
    // As accepting the invitation and the members API do.
    for edit in [
        Edit::Joined,
        Edit::Deactivated,
        Edit::Activated,
        Edit::Role(Role::Admin),
    ] {
        app.edit(&grace, edit);
    }
    app.forget_user(&grace.account, &grace.id);
    app.rename(&ada, "Countess").await;
    app.edit(&ada, Edit::MayAddBeacons);
    let alan = app.add(&ada, "alan").await;
    app.edit(&alan, Edit::PasswordOf(&ada));
    app.edit(&alan, Edit::TokensRevoked);
    let rename = app.call("PATCH", "/auth/account").bearer(&ada.token);
    rename
        .json(json!({ "name": "Engines" }))
        .await
        .expect_status(200);
    let close = app.call("DELETE", "/auth/account").basic("ada", PASSWORD);
    close.await.expect_status(202);
    background.run_until_idle().await;

    let schemas = schemas();
    let mut kinds = BTreeSet::new();
    for event in background.aws.events() {
        let kind = event["detail-type"].as_str().unwrap().to_owned();
        let schema = schemas
            .get(&kind)
            .unwrap_or_else(|| panic!("no schema of {kind}"));
        if let Err(error) = schema.validate(&event["detail"]) {
            panic!("{kind}: {error}: {event}");
        }
        assert_eq!(event["source"], "roster");
        kinds.insert(kind);
    }
    assert_eq!(kinds, schemas.into_keys().collect());
}

/// Of each event its kind, its user and who did it.
fn actors(aws: &FakeAws) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let events = aws.events().into_iter();
    let told = events.map(|event| {
        let detail = &event["detail"];
        let kind = text(&event["detail-type"]);
        (kind, text(&detail["userId"]), text(&detail["actor"]))
    });
    told.collect()
}

#[tokio::test]
async fn every_event_names_who_did_it() {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;
    let ada = app.owner("ada").await;
    let grace = app.member(&ada, "grace", Role::Admin).await;
    let alan = app.add(&ada, "alan").username("alan").with_password();
    let alan = alan.await;
    let put = app.put("/v2/user").bearer(&alan.token);
    put.json(json!({ "user_alias": "Prof" }))
        .await
        .expect_status(200);
    let path = format!("/api/v2/users/{}", alan.id);
    let deactivate = app.post(&format!("{path}/deactivate")).bearer(&grace.token);
    deactivate.await.expect_status(200);
    let activate = app.post(&format!("{path}/activate")).bearer(&ada.token);
    activate.await.expect_status(200);
    let rename = app.call("PATCH", "/auth/account").bearer(&grace.token);
    rename
        .json(json!({ "name": "Engines" }))
        .await
        .expect_status(200);
    let leave = app.call("DELETE", "/auth/me").basic("alan", PASSWORD);
    leave.await.expect_status(204);
    let remove = app.post("/user/remove").bearer(&ada.token);
    let remove = remove.json(json!({ "id": grace.id }));
    remove.await.expect_status(204);
    let close = app.call("DELETE", "/auth/account").basic("ada", PASSWORD);
    close.await.expect_status(202);
    background.run_until_idle().await;
    let told = |kind: &str, user: &str, actor: &str| {
        let [kind, user, actor] = [kind, user, actor].map(str::to_owned);
        (kind, user, actor)
    };
    let mut expected = vec![
        told("AccountCreated", "", &ada.id),
        told("AccountUpdated", "", &grace.id),
        told("AccountClosed", "", &ada.id),
        told("UserJoined", &ada.id, &ada.id),
        told("UserDeactivated", &ada.id, &ada.id),
        told("UserRemoved", &ada.id, &ada.id),
        told("UserJoined", &grace.id, &ada.id),
        told("UserRemoved", &grace.id, &ada.id),
        told("UserJoined", &alan.id, &ada.id),
        told("UserUpdated", &alan.id, &alan.id),
        told("UserDeactivated", &alan.id, &grace.id),
        told("UserActivated", &alan.id, &ada.id),
        told("UserRemoved", &alan.id, &alan.id),
    ];
    let mut found = actors(&background.aws);
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

/// Rows from before it was kept who changes them, and changes that nobody of the account makes.
#[tokio::test]
async fn an_event_of_nobody_names_the_system() {
    let app = TestApp::with_sample().await;
    let aws = FakeAws::default();
    let workers = app.workers_with_aws(&aws.serve().await);
    for batch in SampleBatch::all() {
        if batch.binary == "publish-events" {
            workers.deliver("publish-events", batch.json()).await;
        }
    }
    let told = actors(&aws);
    assert!(told.len() > 5);
    assert!(told.iter().all(|(_, _, actor)| actor == "system"));
}
