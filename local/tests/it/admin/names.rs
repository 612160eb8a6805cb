//! Which addresses an import takes.

use super::{imported, jsonl, rejected, shown};
use crate::testkit::{PASSWORD, TestApp};
use serde_json::{Value, json};

const PAST: &str = "2026-01-01T00:00:00Z";
const SOON: &str = "2026-11-25T00:00:00Z";

fn user(name: &str, previous: Option<(&str, &str)>) -> Value {
    let mut user = json!({
        "account": "Engines",
        "email": format!("{name}@example.com"),
        "verified": true,
        "password_hash": bcrypt::hash(PASSWORD, 4).unwrap(),
    });
    if let Some((name, until)) = previous {
        let email = format!("{name}@Example.com");
        user["previous_email"] = json!({ "email": email, "until": until });
    }
    user
}

#[tokio::test]
async fn a_previous_address_is_taken_while_it_can_be_gone_back_to() {
    let app = TestApp::start().await;
    // What is over stays in the row, and so in an export.
    let lines = [
        user("back", Some(("BACK", PAST))),
        user("twice", Some(("twice", SOON))),
        user("heir", None),
        user("left", Some(("heir", PAST))),
        user("moved", Some(("kept", SOON))),
        user("kept", None),
        user("early", None),
        user("late", Some(("early", SOON))),
    ];
    let file = jsonl(&lines);
    let import = ["import", shown(&file)];
    for dry in [true, false] {
        let dry_run: &[&str] = if dry { &["--dry-run"] } else { &[] };
        let ran = app.admin(&[&import, dry_run].concat()).await.expect_done();
        let ran = ran.json();
        assert_eq!(ran["imported"], 6, "{ran}");
        let reasons = rejected(&ran);
        let [(6, kept), (8, early)] = &reasons[..] else {
            panic!("{reasons:?}");
        };
        assert!(kept.contains("line 5 already"), "{kept}");
        assert!(early.contains("line 7 already"), "{early}");
    }
    let again = app.admin(&import).await.expect_done().json();
    assert_eq!(
        (&again["imported"], &again["alreadyThere"]),
        (&json!(0), &json!(6))
    );
    rejected(&again);
    for (name, is_of) in [
        ("back", "back"),
        ("twice", "twice"),
        ("heir", "heir"),
        ("left", "left"),
        ("moved", "moved"),
        ("kept", "moved"),
        ("early", "early"),
    ] {
        let login = app.login(&format!("{name}@example.com")).await;
        assert_eq!(login.email, format!("{is_of}@example.com"), "{name}");
    }
    let row = imported(&app, "left@example.com");
    assert_eq!(row["previous_email"]["M"]["email"]["S"], "heir@Example.com");
    // Against those who are in the table it is the same.
    for (previous, until, imports) in [("early", PAST, 1), ("early", SOON, 0)] {
        let file = jsonl(&[user(&format!("new-{imports}"), Some((previous, until)))]);
        for dry_run in [&["--dry-run"][..], &[]] {
            let import = [&["import", shown(&file)], dry_run].concat();
            let ran = app.admin(&import).await.expect_done().json();
            assert_eq!(ran["imported"], imports, "{ran}");
            if imports == 0 {
                rejected(&ran);
            }
        }
    }
}

#[tokio::test]
async fn an_invited_user_gets_another_address_whatever_was_imported() {
    let app = TestApp::start().await;
    let owner = json!({
        "account": "Engines",
        "email": "ada@example.com",
        "role": "owner",
        "password_hash": bcrypt::hash(PASSWORD, 4).unwrap(),
    });
    let grace = json!({ "account": "Engines", "email": "grace@example.com", "verified": true });
    let file = jsonl(&[owner, grace]);
    app.admin(&["import", shown(&file)]).await.expect_done();
    let ada = app.login("ada@example.com").await;
    let mut row = imported(&app, "grace@example.com");
    assert_eq!(row["email_verified"]["BOOL"], false);
    let path = format!("/api/v2/users/{}", row["id"]["S"].as_str().unwrap());
    let readdress = |email: &str| {
        let call = app.call("PATCH", &path).bearer(&ada.token);
        call.json(json!({ "email": email }))
    };
    readdress("hopper@example.com").await.expect_status(200);
    // One that an earlier version imported.
    row = imported(&app, "hopper@example.com");
    row["email_verified"] = json!({ "BOOL": true });
    app.put_item(row);
    readdress("murray@example.com").await.expect_status(200);
    readdress("hopper@example.com").await.expect_status(200);
}

#[tokio::test]
async fn the_file_of_rejected_lines_replaces_no_file_of_the_operators() {
    let app = TestApp::start().await;
    let file = jsonl(&[json!({ "account": "Engines", "email": "no address" })]);
    let text = std::fs::read_to_string(&file).unwrap();
    let import = ["import", shown(&file), "--rejected", shown(&file)];
    let error = app.admin(&import).await.expect_error();
    assert!(error.contains("is there already"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    // Nor does a dry run remove what a run has left.
    let ran = app.admin(&["import", shown(&file)]).await.expect_done();
    let left = ran.json()["rejectedFile"].as_str().unwrap().to_owned();
    std::fs::write(&file, user("ada", None).to_string()).unwrap();
    let dry = ["import", shown(&file), "--dry-run"];
    app.admin(&dry).await.expect_done();
    assert!(std::fs::exists(&left).unwrap());
    app.admin(&["import", shown(&file)]).await.expect_done();
    assert!(!std::fs::exists(&left).unwrap(), "it is no longer true");
}
