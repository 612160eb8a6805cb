//! Two releases run side by side while one takes the place of the other (docs/COMPATIBILITY.md): this one
//! reads rows that the next one wrote, and keeps in them what it does not know.

use crate::testkit::TestApp;
use roster_domain::Role;
use serde_json::{Value, json};

/// An attribute that no release has yet.
const NEWER: &str = "from_a_newer_release";

/// The keys of the accounts and users, each with whether it has the attribute.
fn marked(app: &TestApp) -> Vec<(String, bool)> {
    let rows = app.items().into_iter();
    rows.filter(|((_, sk), _)| sk == "ACCOUNT" || sk.starts_with("USER#"))
        .map(|((_, sk), item)| (sk, item.get(NEWER).is_some()))
        .collect()
}

/// Who changes what: caller, method, path and body, with `ALAN` for his id.
const CHANGES: [&str; 11] = [
    r#"alan PUT /v2/user {"user_alias":"Prof"}"#,
    r#"alan PUT /v2/user {"email1":"turing@example.com"}"#,
    r#"alan POST /user/update {"preferences":{"theme":"dark"}}"#,
    r#"ada PATCH /api/v2/users/ALAN {"timezone":"Europe/London"}"#,
    r#"ada POST /api/v2/users/ALAN/perms {"addBeacons":true}"#,
    r#"ada POST /user/updateRole {"id":"ALAN","role":"owner"}"#,
    r#"ada PATCH /auth/account {"name":"Bombe Ltd"}"#,
    r#"ada POST /api/v2/users {"email":"grace@example.com"}"#,
    r#"ada DELETE /auth/users/ALAN/tokens {}"#,
    r#"ada POST /api/v2/users/ALAN/deactivate {}"#,
    r#"ada POST /api/v2/users/ALAN/activate {}"#,
];

#[tokio::test]
async fn attributes_of_a_newer_release_are_read_over_and_kept() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    app.invited(&ada, "grace", Role::User).await;
    for (_, mut item) in app.items() {
        item[NEWER] = json!({ "M": { "shape": { "S": "unknown" } } });
        app.put_item(item);
    }
    for change in CHANGES {
        let change = change.replace("ALAN", &alan.id);
        let parts: Vec<_> = change.splitn(4, ' ').collect();
        let [caller, method, path, body] = parts[..] else {
            panic!("{change}");
        };
        let token = if caller == "ada" {
            &ada.token
        } else {
            &alan.token
        };
        let body: Value = serde_json::from_str(body).unwrap();
        let before = app.items();
        let reply = app.call(method, path).bearer(token).json(body).await;
        assert!([200, 204].contains(&reply.status), "{change}: {reply:?}");
        assert_ne!(app.items(), before, "{change}");
        let marked = marked(&app);
        assert_eq!(marked.len(), 4, "{change}");
        let lost: Vec<_> = marked.into_iter().filter(|(_, has)| !has).collect();
        assert_eq!(lost, [], "{change}");
    }
}
