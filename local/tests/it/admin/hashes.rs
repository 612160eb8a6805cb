//! Imported password hashes, at every operation that takes a password.

use super::{imported, jsonl, rejected, shown};
use crate::testkit::{Call, PASSWORD, TestApp, code_in};
use serde_json::{Value, json};

/// Of [`PASSWORD`], by Python's hashlib.
const SCRYPT: &str =
    "$scrypt$ln=14,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$Vv7xre2SNvADowpBkoNxKSKptlwYLy5MGrDpqPpqhWg";
const PBKDF2_SHA256: &str = "$pbkdf2-sha256$i=29000,l=32$MDEyMzQ1Njc4OWFiY2RlZg$Efy3tvCLv+DpMjIMITzpnsqhF29dI/wDSVzEbL/R6iM";
const PBKDF2_SHA512: &str = "$pbkdf2-sha512$i=25000,l=64$MDEyMzQ1Njc4OWFiY2RlZg$k2brbdRhSUQt5cx1QqlV1HyW/wTSC/acSS2Psiudxx0nvmBgCaFAELW1XZyJ55vi6J5da38fZvyeJou4WPNKhg";

/// Of `password`, from the tests of Argon2's reference implementation.
const ARGON2I: &str =
    "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA";
const ARGON2ID: &str =
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

fn bcrypt_of(password: &str) -> String {
    bcrypt::hash(password, 5).unwrap()
}

async fn import(app: &TestApp, users: &[Value]) {
    let file = jsonl(users);
    let ran = app
        .admin(&["import", shown(&file), "--account", "Engines"])
        .await;
    let ran = ran.expect_done();
    assert!(!ran.has_rejected, "{}", ran.out);
    assert_eq!(ran.json()["imported"], users.len());
}

fn kind(app: &TestApp, email: &str) -> String {
    let row = imported(app, email);
    let hash = row["password"]["S"].as_str().unwrap();
    hash.split('$').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn an_imported_hash_logs_in_and_is_todays_afterwards() {
    let app = TestApp::start().await;
    let bcrypt = bcrypt_of(PASSWORD);
    let (a, y) = (
        bcrypt.replace("$2b$", "$2a$"),
        bcrypt.replace("$2b$", "$2y$"),
    );
    let hashes = [
        ("scrypt", SCRYPT, PASSWORD),
        ("sha256", PBKDF2_SHA256, PASSWORD),
        ("sha512", PBKDF2_SHA512, PASSWORD),
        ("argon2i", ARGON2I, "password"),
        ("argon2id", ARGON2ID, "password"),
        ("bcrypt-b", &bcrypt, PASSWORD),
        ("bcrypt-a", &a, PASSWORD),
        ("bcrypt-y", &y, PASSWORD),
    ];
    let email = |name: &str| format!("{name}@example.com");
    let users =
        hashes.map(|(name, hash, _)| json!({ "email": email(name), "password_hash": hash }));
    import(&app, &users).await;
    for (name, hash, password) in hashes {
        let email = email(name);
        let login = |password: &str| app.post("/user/login").basic(&email, password);
        login("another-password-1").await.expect_status(401);
        assert_eq!(
            imported(&app, &email)["password"]["S"],
            hash,
            "wrong passwords renew nothing"
        );
        let before = imported(&app, &email);
        login(password).await.expect_status(200);
        let after = imported(&app, &email);
        let renewed = after["password"]["S"].as_str().unwrap();
        assert!(
            renewed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{renewed}"
        );
        // It is the same password: nobody is told of another one.
        assert_eq!(after["changed_by"]["S"], "operator");
        assert_eq!(before["changed_by"], after["changed_by"]);
        login(password).await.expect_status(200);
        assert_eq!(
            imported(&app, &email)["password"]["S"],
            renewed,
            "renewed once"
        );
        login("another-password-1").await.expect_status(401);
    }
}

#[tokio::test]
async fn every_operation_that_takes_a_password_renews_it() {
    let app = TestApp::start().await;
    let names = ["get", "update", "token", "remove", "close"];
    let user = |name: &&str| {
        json!({
            "account": format!("of {name}"),
            "email": format!("{name}@example.com"),
            "username": format!("the-{name}"),
            "role": "owner",
            "password_hash": bcrypt_of(PASSWORD),
        })
    };
    import(&app, &names.iter().map(user).collect::<Vec<_>>()).await;
    let call = |name: &str| -> Call {
        let user = format!("/rest/users/the-{name}");
        match name {
            "get" => app.get(&user),
            "update" => app.put(&user).json(json!({ "email": "new@example.com" })),
            "token" => app.post("/auth/tokens").json(json!({ "name": "report" })),
            "close" => app.call("DELETE", "/auth/account"),
            _ => app.call("DELETE", "/auth/me").json(json!({})),
        }
        .basic(&format!("the-{name}"), PASSWORD)
    };
    for name in names {
        let (reply, requests) = app.requests(call(name)).await;
        assert!((200..300).contains(&reply.status), "{name}: {}", reply.text);
        let renews =
            |request: &&crate::testkit::Recorded| request.body.to_string().contains("$argon2id$");
        assert_eq!(requests.iter().filter(renews).count(), 1, "{name}");
    }
    for email in ["get@example.com", "new@example.com", "token@example.com"] {
        assert_eq!(kind(&app, email), "argon2id", "{email}");
    }
}

/// bcrypt reads 72 bytes: whether what follows is right, nobody can tell.
#[tokio::test]
async fn a_hash_of_a_part_of_the_password_stays() {
    let app = TestApp::start().await;
    let long = "seven-quiet-otters-".repeat(5);
    let user = json!({ "email": "ada@example.com", "password_hash": bcrypt_of(&long) });
    import(&app, &[user]).await;
    for password in [&long[..72], &format!("{}, mistyped", &long[..72]), &long] {
        let login = app.post("/user/login").basic("ada@example.com", password);
        login.await.expect_status(200);
        assert_eq!(kind(&app, "ada@example.com"), "2b");
    }
}

/// What confirms an address takes the password too.
#[tokio::test]
async fn a_confirmed_address_keeps_tokens_and_renews_the_hash() {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;
    let user = json!({ "email": "ada@example.com", "role": "owner", "password_hash": bcrypt_of(PASSWORD) });
    import(&app, &[user]).await;
    // The same address again asks for a mail; then the hash is made an imported one again.
    let login = app.post("/user/login").basic("ada@example.com", PASSWORD);
    let login = login.await.expect_status(200).json();
    let token = login["token"]["token"].as_str().unwrap();
    let again = app.put("/v2/user").bearer(token);
    let again = again.json(json!({ "email1": "ada@example.com" }));
    again.await.expect_status(200);
    background.run_until_idle().await;
    let mut row = imported(&app, "ada@example.com");
    row["password"] = json!({ "S": bcrypt_of(PASSWORD) });
    app.put_item(row);
    let mails = background.aws.mails_to("ada@example.com");
    let code = code_in(mails.last().unwrap()).unwrap();
    let confirm = app.post("/user/login").basic("ada@example.com", PASSWORD);
    let confirm = confirm.json(json!({ "invite": code }));
    confirm.await.expect_status(200);
    assert_eq!(kind(&app, "ada@example.com"), "argon2id");
    app.get("/v2/user").bearer(token).await.expect_status(200);
    background.run_until_idle().await;
    let events = background.aws.events();
    let kinds: Vec<_> = events
        .iter()
        .map(|event| event["detail-type"].clone())
        .collect();
    assert!(!kinds.contains(&json!("UserPasswordChanged")), "{kinds:?}");
}

/// An unknown name costs the same calls as one with an imported hash and a wrong password.
#[tokio::test]
async fn an_unknown_name_costs_the_same_calls() {
    let app = TestApp::start().await;
    let user = json!({ "email": "ada@example.com", "password_hash": SCRYPT });
    import(&app, &[user]).await;
    let login = |name: &str| app.post("/user/login").basic(name, "another-password-1");
    let (_, known) = app.operations(login("ada@example.com")).await;
    let (_, unknown) = app.operations(login("eve@example.com")).await;
    assert_eq!(known, unknown);
}

#[tokio::test]
async fn a_costly_hash_is_neither_imported_nor_verified() {
    let app = TestApp::start().await;
    let costly = [
        ARGON2ID.replace("m=256", "m=4194304"),
        bcrypt_of(PASSWORD).replace("$2b$05$", "$2b$20$"),
        SCRYPT.replace("ln=14", "ln=30"),
        PBKDF2_SHA256.replace("i=29000", "i=4000000000"),
    ];
    let users = costly.iter().enumerate().map(|(number, hash)| {
        json!({ "email": format!("user-{number}@example.com"), "password_hash": hash })
    });
    let file = jsonl(&users.collect::<Vec<_>>());
    let ran = app
        .admin(&["import", shown(&file), "--account", "Engines"])
        .await;
    let ran = ran.expect_done();
    assert!(ran.has_rejected);
    let reasons = rejected(&ran.json());
    assert_eq!(reasons.len(), costly.len());
    for (line, reason) in reasons {
        assert!(reason.contains("costs too much"), "{line}: {reason}");
        assert!(
            !reason.contains("c29tZXNhbHQ"),
            "the hash is repeated: {reason}"
        );
    }
    // One that came into the table by another way locks nobody's function up.
    let ada = app.owner("ada").await;
    let mut row = super::row(&app, &ada.account, &ada.id);
    for hash in costly {
        row["password"] = json!({ "S": hash });
        app.put_item(row.clone());
        let started = std::time::Instant::now();
        let login = app.post("/user/login").basic("ada", PASSWORD);
        login.await.expect_status(401);
        assert!(started.elapsed().as_secs() < 5);
    }
}
