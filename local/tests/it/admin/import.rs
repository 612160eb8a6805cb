//! What is imported, and what is not.

use super::{file, imported, jsonl, rejected, shown, told};
use crate::testkit::{PASSWORD, TestApp, code_in};
use serde_json::{Value, json};

fn bcrypt_of(password: &str) -> String {
    bcrypt::hash(password, 5).unwrap()
}

#[tokio::test]
async fn every_field_arrives() {
    let app = TestApp::start().await;
    let user = json!({
        "account": "Engines",
        "email": "Ada@Example.com",
        "verified": true,
        "second_email": "ada@home.example",
        "username": "ada",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "alias": "Countess",
        "organization": "Analytical Engines",
        "language": "fr",
        "time_zone": "europe/london",
        "role": "user",
        "permissions": ["addBeacons", "userManagement"],
        "preferences": { "theme": { "dark": true } },
        "password_hash": bcrypt_of(PASSWORD),
        "created_at": "2020-01-02T03:04:05Z",
        "organization": "Analytical Engines",
    });
    let file = jsonl(&[user]);
    let ran = app
        .admin(&["import", shown(&file)])
        .await
        .expect_done()
        .json();
    assert_eq!(
        (&ran["accountsOpened"], &ran["imported"]),
        (&json!(1), &json!(1))
    );
    let login = app.post("/user/login").basic("ada", PASSWORD);
    let login = login.await.expect_status(200).json();
    let token = login["token"]["token"].as_str().unwrap();
    let me = app
        .get("/auth/me")
        .bearer(token)
        .await
        .expect_status(200)
        .json();
    for (field, value) in [
        ("email", json!("Ada@Example.com")),
        ("emailVerified", json!(true)),
        ("first", json!("Ada")),
        ("last", json!("Lovelace")),
        ("organization", json!("Analytical Engines")),
        ("preferences", json!({ "theme": { "dark": true } })),
        ("created", json!("2020-01-02T03:04:05.000Z")),
    ] {
        assert_eq!(me[field], value, "{field}: {me}");
    }
    let member = app.get(&format!("/api/v2/users/{}", me["id"].as_str().unwrap()));
    let member = member.bearer(token).await.expect_status(200).json();
    assert_eq!(
        (&member["locale"], &member["timezone"]),
        (&json!("fr"), &json!("Europe/London"))
    );
    let profile = app
        .get("/v2/user")
        .bearer(token)
        .await
        .expect_status(200)
        .json();
    assert_eq!(profile[0]["user_alias"], "Countess");
    assert_eq!(profile[0]["email2"], "ada@home.example");
    let row = imported(&app, "Ada@Example.com");
    assert_eq!(row["changed_by"]["S"], "operator");
    assert_eq!(row["permissions"]["M"]["addBeacons"]["BOOL"], true);
    assert_eq!(row["permissions"]["M"]["viewMetrics"]["BOOL"], false);
}

#[tokio::test]
async fn lines_are_rejected_with_their_number_and_the_reason() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let lines = [
        json!({ "email": "good@example.com" }).to_string(),
        json!({ "email": "no address" }).to_string(),
        json!({ "email": "GOOD@example.com" }).to_string(),
        "{ not json".to_owned(),
        String::new(),
        json!({ "email": "a@example.com", "colour": "red" }).to_string(),
        json!({ "email": "b@example.com", "role": "emperor" }).to_string(),
        json!({ "email": "c@example.com", "password_hash": "$1$secret" }).to_string(),
        json!({ "email": "ada@example.com", "password_hash": bcrypt_of(PASSWORD) }).to_string(),
        json!({ "email": "d@example.com", "username": "ADA" }).to_string(),
        json!({ "email": "e@example.com", "time_zone": "Mars" }).to_string(),
        json!({ "email": "f@example.com", "created_at": "2099-01-01T00:00:00Z" }).to_string(),
        json!({ "email": "g@example.com", "account": "01a1ff43-dd00-728c-8eaf-30b8abc54d00" })
            .to_string(),
        json!({ "email": "h@example.com", "preferences": { "x": "y".repeat(9000) } }).to_string(),
        json!({ "email": "i@example.com", "verified": "perhaps-secret" }).to_string(),
    ];
    let file = file(&lines.join("\n"), ".jsonl");
    let before = app.items();
    let import = ["import", shown(&file), "--account", "Engines"];
    for arguments in [&[&import[..], &["--dry-run"]].concat()[..], &import] {
        let dry = arguments.contains(&"--dry-run");
        let ran = app.admin(arguments).await.expect_done();
        assert!(ran.has_rejected);
        let shown = ran.json();
        assert_eq!(shown["imported"], 1, "{shown}");
        if dry {
            assert_eq!(app.items(), before, "a dry run writes nothing");
        }
        let mut found = rejected(&shown);
        found.sort();
        let wanted = [
            (2, "email must"),
            (3, "line 1 already"),
            (4, "not a JSON object"),
            (6, "unknown field `colour`"),
            (7, "role must be one of"),
            (8, "password_hash must be"),
            (9, "email logs in to the account"),
            (10, "username is another user's"),
            (11, "time_zone must be"),
            (12, "created_at must not be in the future"),
            (13, "is not in the table"),
            (14, "8 KiB"),
            (15, "wrong type"),
        ];
        let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, wanted.map(|(line, _)| line), "{found:?}");
        for ((line, reason), (_, part)) in found.iter().zip(wanted) {
            assert!(reason.contains(part), "{line}: {reason}");
            assert!(!reason.contains("secret"), "{line}: {reason}");
        }
    }
    // Nobody's address or name went to another.
    app.get("/v2/user")
        .bearer(&ada.token)
        .await
        .expect_status(200);
    let login = app.post("/user/login").basic("ada", PASSWORD);
    let login = login.await.expect_status(200).json();
    assert_eq!(login["user"]["id"], ada.id.as_str());
}

#[tokio::test]
async fn a_second_run_writes_nothing() {
    let app = TestApp::start().await;
    let user = |number: usize| json!({ "email": format!("user-{number}@example.com"), "password_hash": bcrypt_of("x") });
    let file = jsonl(&(0..150).map(user).collect::<Vec<Value>>());
    let import = ["import", shown(&file), "--account", "Engines"];
    let first = app.admin(&import).await.expect_done().json();
    assert_eq!(
        (&first["imported"], &first["alreadyThere"]),
        (&json!(150), &json!(0))
    );
    let before = app.items();
    app.advance(std::time::Duration::from_secs(3600));
    let second = app.admin(&import).await.expect_done().json();
    assert_eq!(
        (&second["imported"], &second["alreadyThere"]),
        (&json!(0), &json!(150))
    );
    assert_eq!(app.items(), before);
}

#[tokio::test]
async fn cognitos_users_become_invitations_which_are_sent_when_asked_for() {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;
    let header = "cognito:username,name,given_name,family_name,middle_name,nickname,preferred_username,\
        profile,picture,website,email,email_verified,gender,birthdate,zoneinfo,locale,phone_number,\
        phone_number_verified,address,updated_at,cognito:mfa_enabled";
    let row = |name: &str| {
        format!(
            "{name},,Ada,Lovelace,,Countess,,,,,{name}@example.com,TRUE,,,Europe/London,de-AT,,false,,,false"
        )
    };
    let rows: Vec<String> = ["ada", "grace", "alan"].map(row).into();
    let file = file(&format!("{header}\n{}\n", rows.join("\n")), ".csv");
    let import = [
        "import",
        shown(&file),
        "--account",
        "Engines",
        "--invitations-per-day",
        "2",
    ];
    let ran = app.admin(&import).await.expect_done();
    assert!(ran.notes.contains("--send-invitations"), "{}", ran.notes);
    assert_eq!(ran.json()["imported"], 3);
    background.run_until_idle().await;
    assert_eq!(background.aws.mails().len(), 0, "nobody was mailed");

    let send = [&import[..], &["--send-invitations"]].concat();
    let ran = app.admin(&send).await.expect_done().json();
    assert_eq!(
        (&ran["alreadyThere"], &ran["invitationsRequested"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(ran["invitationsLeft"], 1);
    background.run_until_idle().await;
    assert_eq!(background.aws.mails().len(), 2);
    // The next day the last one goes out, and nobody is mailed twice.
    app.advance(std::time::Duration::from_secs(25 * 3600));
    let ran = app.admin(&send).await.expect_done().json();
    assert_eq!(
        (&ran["invitationsRequested"], &ran["invitationsLeft"]),
        (&json!(1), &json!(0))
    );
    background.run_until_idle().await;
    assert_eq!(background.aws.mails().len(), 3);
    let mails = background.aws.mails_to("alan@example.com");
    assert!(
        mails[0].text.contains("Der Betreiber von Roster"),
        "{}",
        mails[0].text
    );
    let code = code_in(&mails[0]).unwrap();
    let join = app.post("/user/login").basic("alan@example.com", PASSWORD);
    let join = join.json(json!({ "register": true, "invite": code }));
    let joined = join.await.expect_status(200).json();
    assert_eq!(joined["user"]["last"], "Lovelace");
    let named = app.post("/user/login").basic("alan", PASSWORD);
    named.await.expect_status(200);
}

#[tokio::test]
async fn the_events_of_an_import_name_the_operator() {
    let app = TestApp::start().await;
    let mut background = app.background_workers().await;
    let text = format!(
        "email,account,role,verified,password_hash,permissions\n\
         ada@example.com,Engines,owner,true,{hash},\n\
         grace@example.com,Engines,user,,,addBeacons viewMetrics\n\
         alan@example.com,Machines,owner,yes,{hash},\n",
        hash = bcrypt_of(PASSWORD)
    );
    let file = file(&text, ".csv");
    let ran = app
        .admin(&["import", shown(&file)])
        .await
        .expect_done()
        .json();
    assert_eq!(
        (&ran["accountsOpened"], &ran["imported"]),
        (&json!(2), &json!(3))
    );
    background.run_until_idle().await;
    let told_of = |email: &str| {
        let row = imported(&app, email);
        told(&background.aws, row["id"]["S"].as_str().unwrap())
    };
    let event = |kind: &str| vec![(kind.to_owned(), "operator".to_owned())];
    assert_eq!(told_of("ada@example.com"), event("UserJoined"));
    assert_eq!(told_of("grace@example.com"), event("UserInvited"));
    let events = background.aws.events();
    let opened = events
        .iter()
        .filter(|event| event["detail-type"] == "AccountCreated");
    let opened: Vec<_> = opened.map(|event| &event["detail"]["actor"]).collect();
    assert_eq!(opened, ["operator", "operator"]);
    // An account counts the owners who came, as it counts any.
    let login = app.post("/user/login").basic("ada@example.com", PASSWORD);
    let login = login.await.expect_status(200).json();
    let token = login["token"]["token"].as_str().unwrap();
    let demote = app.post("/user/updateRole").bearer(token);
    let demote = demote.json(json!({ "id": login["user"]["id"], "role": "user" }));
    demote.await.expect_status(409);
}

#[tokio::test]
async fn a_file_with_an_unknown_column_is_refused_as_a_whole() {
    let app = TestApp::start().await;
    let file = file("email,colour\nada@example.com,red\n", ".csv");
    let ran = app
        .admin(&["import", shown(&file), "--account", "Engines"])
        .await;
    let error = ran.expect_error();
    assert!(error.contains("`colour`"), "{error}");
    assert!(app.items().is_empty());
}
