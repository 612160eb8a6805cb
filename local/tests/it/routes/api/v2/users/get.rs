//! `GET /api/v2/users/{id}`

use crate::testkit::TestApp;
use roster_domain::Role;
use serde_json::json;

#[tokio::test]
async fn shows_every_documented_field_to_any_member() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.add(&ada, "Alan").called("Alan", "Turing");
    let alan = alan.living("en", "europe/london").await;
    let get = |id: &str| app.get(&format!("/api/v2/users/{id}"));
    let shown = get(&alan.id).bearer(&ada.token).await.expect_status(200);
    assert_eq!(
        shown.json(),
        json!({
            "_id": alan.id,
            "firstName": "Alan",
            "lastName": "Turing",
            "email": "Alan@example.com",
            "locale": "en",
            "timezone": "Europe/London",
        })
    );
    let empty = get(&ada.id)
        .header("authorization", format!("BEARER {}", alan.token))
        .await
        .expect_status(200);
    assert_eq!(
        empty.json(),
        json!({
            "_id": ada.id,
            "firstName": null,
            "lastName": null,
            "email": "ada@example.com",
            "locale": null,
            "timezone": null,
        })
    );
}

#[tokio::test]
async fn shows_members_who_are_not_active() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    for person in [
        app.invited(&ada, "barbara", Role::User).await,
        app.deactivated(&ada, "hedy", Role::User).await,
    ] {
        let path = format!("/api/v2/users/{}", person.id);
        let shown = app.get(&path).bearer(&ada.token).await.expect_status(200);
        assert_eq!(shown.json()["_id"], json!(person.id));
        app.get(&path)
            .bearer(&person.token)
            .await
            .expect_members_error(401);
    }
}

#[tokio::test]
async fn an_id_is_taken_in_either_case_and_anything_else_is_not_found() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let get = |id: &str| app.get(&format!("/api/v2/users/{id}")).bearer(&ada.token);
    get(&ada.id.to_uppercase()).await.expect_status(200);
    let nobody = get("01a1ff43-eca0-756b-a3ee-0d45037f53ca").await;
    let nobody = nobody.expect_members_error(404);
    for id in [
        "123",
        "ada@example.com",
        "%20",
        "%00",
        "..%2f..",
        &ada.account,
    ] {
        assert_eq!(get(id).await.expect_status(404).text, nobody.text, "{id}");
    }
}

#[tokio::test]
async fn the_credential_is_checked_before_the_member() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    for id in [&ada.id, "123"] {
        let path = format!("/api/v2/users/{id}");
        for call in [
            app.get(&path),
            app.get(&path).basic("ada", "x"),
            app.get(&path).bearer("x"),
        ] {
            let reply = call.await.expect_members_error(401);
            assert_eq!(reply.header("www-authenticate"), r#"Bearer realm="roster""#);
        }
    }
}
