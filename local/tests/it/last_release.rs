//! Rows that the last release wrote are read by this one: `rows_of_the_last_release.json` holds one of
//! every kind, with the tokens, codes and passwords that go with them.
//!
//! At a release, and only then, the file is made anew by what is released (docs/DEPLOY.md says why):
//!
//! ```sh
//! ROSTER_WRITE_ROWS=1 cargo test -p roster-local --test it last_release::this_build
//! ```

use crate::testkit::{
    BackgroundWorkers, Call, Items, PASSWORD, Person, TestApp, code_in, user_key,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{collections::BTreeSet, env, fs, path::PathBuf};

const NEW_PASSWORD: &str = "seven-quiet-otters-2026";
const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const BOUNCE: &str = "bounce@simulator.amazonses.com";

/// What a release wrote.
#[derive(Deserialize, Serialize)]
struct Rows {
    /// When it did: the clock of the tests stands there.
    now: String,
    ada: Known,
    /// Ada's other token.
    named_token: String,
    /// Ada's former address takes the change back with it.
    undo_code: String,
    /// Has yet to join.
    grace: Known,
    invitation: String,
    /// Forgot the password.
    alan: Known,
    reset_code: String,
    /// Is deactivated.
    barbara: Known,
    /// Has yet to prove the address.
    emmy: Known,
    verification: String,
    /// Closed the account.
    kurt: Known,
    items: Vec<Value>,
}

/// One user of it.
#[derive(Clone, Deserialize, Serialize)]
struct Known {
    account: String,
    id: String,
    email: String,
    token: String,
}

impl From<&Person> for Known {
    fn from(person: &Person) -> Self {
        Self {
            account: person.account.clone(),
            id: person.id.clone(),
            email: person.email.clone(),
            token: person.token.clone(),
        }
    }
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/rows_of_the_last_release.json")
}

fn read() -> Rows {
    serde_json::from_str(&fs::read_to_string(file()).unwrap()).unwrap()
}

fn log_in(app: &TestApp, name: &str, password: &str) -> Call {
    app.post("/user/login").basic(name, password)
}

fn sign_up(app: &TestApp, username: &str) -> Call {
    let email = format!("{username}@example.com");
    let body = json!({ "username": username, "email": email, "password": PASSWORD });
    app.post("/rest/users").json(body)
}

fn forget(app: &TestApp, email: &str) -> Call {
    let forgot = app.post("/auth/password/forgot");
    forgot.json(json!({ "email": email }))
}

fn invite(app: &TestApp, token: &str, email: &str) -> Call {
    let create = app.post("/user/create").bearer(token);
    create.json(json!({ "email": email, "role": "user", "sendInvite": true }))
}

fn join(app: &TestApp, email: &str, code: &str) -> Call {
    log_in(app, email, PASSWORD).json(json!({ "invite": code, "register": true }))
}

/// The code of the newest mail with a code to this address.
async fn code(background: &mut BackgroundWorkers, email: &str) -> String {
    background.run_until_idle().await;
    let mails = background.aws.mails_to(email);
    mails.iter().rev().find_map(code_in).unwrap().to_owned()
}

/// What other services report of a user.
fn report(user: &Known, event: &str) -> String {
    json!({
        "eventId": event,
        "accountId": user.account,
        "userId": user.id,
        "records": 3,
        "bytes": 4096,
        "applicationKey": "sensors",
        "usage": 1.5,
    })
    .to_string()
}

/// The kinds of rows, by what their keys begin with.
fn kinds<'a>(items: impl Iterator<Item = &'a Value>) -> BTreeSet<String> {
    let kind = |value: &Value| {
        value["S"]
            .as_str()
            .unwrap()
            .split('#')
            .next()
            .unwrap()
            .to_owned()
    };
    items
        .map(|item| format!("{} {}", kind(&item["PK"]), kind(&item["SK"])))
        .collect()
}

/// Those of `docs/ARCHITECTURE.md` and of `shared/dynamodb/src/table/keys.rs`.
const KINDS: [&str; 21] = [
    "ACCOUNT ACCOUNT",
    "ACCOUNT EMAIL",
    "ACCOUNT INVITATION",
    "ACCOUNT MAILS",
    "ACCOUNT NOTICE",
    "ACCOUNT RESET",
    "ACCOUNT RESPONSE",
    "ACCOUNT UNDO",
    "ACCOUNT USER",
    "ACCOUNT VERIFICATION",
    "ATTEMPTS ATTEMPTS",
    "EMAIL EMAIL",
    "FORGOT FORGOT",
    "MAILS BOUNCE",
    "MAILS INVITATION",
    "MAILS NOTICE",
    "MAILS RESET",
    "MAILS VERIFICATION",
    "RESPONSE RESPONSE",
    "USAGE USAGE",
    "USERNAME USERNAME",
];

/// Everything that there is, as this build writes it.
async fn write() -> Rows {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;

    let mut ada = app.owner("ada").await;
    let verification = code(&mut background, &ada.email).await;
    let verify = log_in(&app, &ada.email, PASSWORD).json(json!({ "invite": verification }));
    verify.await.expect_status(200);
    let token = app.post("/auth/tokens").basic("ada", PASSWORD);
    let token = token.json(json!({ "name": "ci" })).await.expect_status(201);
    let token = token.json();
    let named_token = token["token"].as_str().unwrap().to_owned();
    let profile = app.put("/v2/user").bearer(&ada.token);
    let profile = profile.json(json!({ "email1": "ada.new@example.com" }));
    profile.await.expect_status(200);
    let undo_code = code(&mut background, &ada.email).await;
    ada = ada.at("ada.new@example.com");

    let mut joined = Vec::new();
    for name in ["alan", "barbara", "carol"] {
        let email = format!("{name}@example.com");
        invite(&app, &ada.token, &email).await.expect_status(200);
        let code = code(&mut background, &email).await;
        join(&app, &email, &code).await.expect_status(200);
        joined.push(app.login(&email).await);
    }
    let [alan, barbara, carol] = joined.try_into().unwrap();
    let change = app.put("/auth/password").bearer(&carol.token);
    let change = change.json(json!({ "current": PASSWORD, "new": NEW_PASSWORD }));
    change.await.expect_status(204);
    let path = format!("/api/v2/users/{}/deactivate", barbara.id);
    app.post(&path).bearer(&ada.token).await.expect_status(200);
    forget(&app, &alan.email).await.expect_status(202);
    let reset_code = code(&mut background, &alan.email).await;

    let create = invite(&app, &ada.token, "grace@example.com").header("idempotency-key", KEY);
    let grace = create.await.expect_status(200).json();
    let grace = Person::named(
        &ada.account,
        grace["id"].as_str().unwrap(),
        "grace@example.com",
    );
    let invitation = code(&mut background, &grace.email).await;
    invite(&app, &ada.token, BOUNCE).await.expect_status(200);

    let public = sign_up(&app, "emmy").header("idempotency-key", KEY);
    public.await.expect_status(201);
    let emmy = app.login("emmy@example.com").await;
    let verification = code(&mut background, &emmy.email).await;
    let kurt = app.owner("kurt").await;
    let close = app.call("DELETE", "/auth/account");
    close.basic("kurt", PASSWORD).await.expect_status(202);

    // The first of them is Ada's, who logs in later; the other name is nobody's, and locked.
    log_in(&app, "ada", NEW_PASSWORD).await.expect_status(401);
    for _ in 0..10 {
        let guess = log_in(&app, "mallory@example.com", NEW_PASSWORD);
        guess.await.expect_status(401);
    }
    forget(&app, "nobody@example.com").await.expect_status(202);
    background.aws.report(report(&Known::from(&ada), "event-1"));
    background.run_until_all_is_counted().await;

    Rows {
        now: app.now().to_string(),
        named_token,
        undo_code,
        invitation,
        reset_code,
        verification,
        ada: Known::from(&ada),
        grace: Known::from(&grace),
        alan: Known::from(&alan),
        barbara: Known::from(&barbara),
        emmy: Known::from(&emmy),
        kurt: Known::from(&kurt),
        items: app.items().into_values().collect(),
    }
}

/// A store with the rows of a release in it.
async fn store_of(rows: &Rows) -> TestApp {
    let app = TestApp::start().await;
    assert_eq!(app.now().to_string(), rows.now, "the clock of the tests");
    let key = |item: &Value, name: &str| item[name]["S"].as_str().unwrap().to_owned();
    let items = rows.items.iter();
    let items: Items = items
        .map(|item| ((key(item, "PK"), key(item, "SK")), item.clone()))
        .collect();
    app.restore(&items);
    app
}

/// What this build writes is all that the file is to hold at the next release.
#[tokio::test(flavor = "multi_thread")]
async fn this_build_writes_rows_of_every_kind_and_reads_them() {
    let rows = write().await;
    assert_eq!(
        kinds(rows.items.iter()),
        KINDS.map(str::to_owned).into(),
        "a kind of row that is new belongs here and into the rows of the next release",
    );
    if env::var_os("ROSTER_WRITE_ROWS").is_some() {
        let text = serde_json::to_string_pretty(&rows).unwrap();
        fs::write(file(), text + "\n").unwrap();
    }
    use_all(&rows).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_the_last_release_are_read() {
    let rows = read();
    assert!(kinds(rows.items.iter()).len() > 15);
    use_all(&rows).await;
}

/// Everything that the rows are for still works.
async fn use_all(rows: &Rows) {
    let app = store_of(rows).await;
    let mut background = app.background_workers().await;
    let before = app.items();
    let ada = &rows.ada;

    // Passwords, names and tokens.
    for name in ["ada", "ada.new@example.com", "ada@example.com"] {
        log_in(&app, name, PASSWORD).await.expect_status(200);
    }
    for token in [&ada.token, &rows.named_token] {
        let profile = app.get("/v2/user").bearer(token).await.expect_status(200);
        assert_eq!(profile.json()[0]["email1"], ada.email.as_str());
    }
    log_in(&app, "carol@example.com", NEW_PASSWORD)
        .await
        .expect_status(200);
    let attempts = log_in(&app, "mallory@example.com", PASSWORD).await;
    assert_eq!(attempts.status, 429, "a name stays locked");
    log_in(&app, "kurt", PASSWORD).await.expect_status(401);

    // Everybody of the account, in every state.
    let find = app.post("/user/find").bearer(&ada.token).json(json!({}));
    find.await.expect_status(200);
    for user in [&rows.grace, &rows.alan, &rows.barbara] {
        let path = format!("/api/v2/users/{}", user.id);
        let found = app.get(&path).bearer(&ada.token).await.expect_status(200);
        assert!(found.text.contains(&user.email), "{}", found.text);
    }
    let barbara = log_in(&app, &rows.barbara.email, PASSWORD).await;
    assert!(matches!(barbara.status, 401 | 403), "{barbara:?}");
    let path = format!("/api/v2/users/{}/activate", rows.barbara.id);
    app.post(&path).bearer(&ada.token).await.expect_status(200);
    log_in(&app, &rows.barbara.email, PASSWORD)
        .await
        .expect_status(200);

    // Responses that are kept.
    let again = invite(&app, &ada.token, &rows.grace.email).header("idempotency-key", KEY);
    let again = again.await.expect_status(200);
    assert_eq!(again.header("idempotency-replayed"), "true");
    let again = sign_up(&app, "emmy").header("idempotency-key", KEY);
    let again = again.await.expect_status(201);
    assert_eq!(again.header("idempotency-replayed"), "true");

    // Codes.
    join(&app, &rows.grace.email, &rows.invitation)
        .await
        .expect_status(200);
    let verify = log_in(&app, &rows.emmy.email, PASSWORD);
    let verify = verify.json(json!({ "invite": rows.verification }));
    verify.await.expect_status(200);
    let reset = app.post("/auth/password/reset");
    let reset = reset.json(json!({ "code": rows.reset_code, "password": NEW_PASSWORD }));
    reset.await.expect_status(204);
    log_in(&app, &rows.alan.email, NEW_PASSWORD)
        .await
        .expect_status(200);
    let undo = app
        .post("/auth/email/undo")
        .json(json!({ "code": rows.undo_code }));
    undo.await.expect_status(204);

    // What the workers keep: an address that bounced, a report that was counted.
    invite(&app, &rows.emmy.token, BOUNCE)
        .await
        .expect_status(200);
    background.run_until_idle().await;
    assert!(background.aws.mails_to(BOUNCE).is_empty());
    let usage = || {
        let key = (format!("ACCOUNT#{}", ada.account), user_key(&ada.id));
        app.items()[&key]["usage"].clone()
    };
    let counted = usage();
    assert_eq!(counted["N"], "1.5");
    background.aws.report(report(ada, "event-1"));
    background.run_until_all_is_counted().await;
    assert_eq!(usage(), counted, "a report counts once");
    background.aws.report(report(ada, "event-2"));
    background.run_until_all_is_counted().await;
    let sum: f64 = usage()["N"].as_str().unwrap().parse().unwrap();
    assert!((sum - 3.0).abs() < 1e-9, "{sum}");
    assert!(background.aws.dead_letters().is_empty());

    // Nobody was lost on the way.
    let users = |items: &Items| {
        items
            .keys()
            .filter(|(_, sk)| sk.starts_with("USER#"))
            .count()
    };
    assert_eq!(
        users(&app.items()),
        users(&before) + 1,
        "and the one who was invited"
    );
}
