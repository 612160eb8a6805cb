//! `POST /user/find`. That everybody is met once while others come and go is in `paging.rs`.

use crate::testkit::{Person, TestApp};
use roster_domain::{Role, UserId};
use serde_json::{Value, json};

async fn find(app: &TestApp, caller: &Person, body: Value) -> Value {
    let call = app.post("/user/find").bearer(&caller.token).json(body);
    call.await.expect_status(200).json()
}

fn ids(page: &Value) -> Vec<&str> {
    let users = page["data"].as_array().unwrap().iter();
    users.map(|user| user["id"].as_str().unwrap()).collect()
}

/// An account of five, by creation.
async fn five(app: &TestApp) -> Vec<Person> {
    let mut people = vec![app.account("ada").await];
    for name in ["barbara", "carol", "dorothy", "edith"] {
        people.push(app.member(&people[0], name, Role::User).await);
    }
    people
}

fn ids_of(people: &[Person]) -> Vec<&str> {
    people.iter().map(|person| person.id.as_str()).collect()
}

#[tokio::test]
async fn walks_forwards_and_back_and_says_where_it_ends() {
    let app = TestApp::start().await;
    let people = five(&app).await;
    let all = ids_of(&people);
    let caller = &people[4];
    let whole = find(&app, caller, json!({})).await;
    assert_eq!(
        (ids(&whole), &whole["next"], &whole["prev"]),
        (all.clone(), &Value::Null, &Value::Null)
    );

    let first = find(&app, caller, json!({ "limit": 2 })).await;
    assert_eq!(
        (ids(&first), &first["prev"]),
        (all[..2].to_vec(), &Value::Null)
    );
    // The last page's null is taken for what it is, and the query gives way to the body.
    let body = json!({ "limit": 2, "next": first["next"], "prev": null });
    let elsewhere = find(&app, caller, json!({ "limit": 3 })).await;
    let elsewhere = elsewhere["next"].as_str().unwrap();
    let call = app.post(&format!("/user/find?limit=1&next={elsewhere}"));
    let call = call.bearer(&caller.token);
    let second = call.json(body).await.expect_status(200).json();
    assert_eq!(ids(&second), all[2..4]);
    let third = find(&app, caller, json!({ "limit": 2, "next": second["next"] })).await;
    assert_eq!(
        (ids(&third), &third["next"]),
        (all[4..].to_vec(), &Value::Null)
    );
    let back = find(&app, caller, json!({ "limit": 2, "prev": third["prev"] })).await;
    assert_eq!(back, second);
    let cursor = back["prev"].as_str().unwrap();
    let call = app.post(&format!("/user/find?limit=2&prev={cursor}"));
    let start = call.bearer(&caller.token).await.expect_status(200).json();
    assert_eq!(
        (ids(&start), &start["prev"]),
        (all[..2].to_vec(), &Value::Null)
    );
    assert_eq!(start["next"], first["next"]);
}

#[tokio::test]
async fn a_cursor_outlives_its_user_and_an_empty_page_has_a_way_back() {
    let app = TestApp::start().await;
    let people = five(&app).await;
    let (all, ada) = (ids_of(&people), &people[0]);
    let page = find(&app, ada, json!({ "limit": 3 })).await;
    for gone in &people[2..] {
        let call = app.post("/user/remove").bearer(&ada.token);
        call.json(json!({ "id": gone.id })).await.expect_status(204);
    }
    let nobody = find(&app, ada, json!({ "limit": 3, "next": page["next"] })).await;
    assert_eq!((ids(&nobody), &nobody["next"]), (vec![], &Value::Null));
    let back = find(&app, ada, json!({ "limit": 3, "prev": nobody["prev"] })).await;
    assert_eq!(
        (ids(&back), &back["prev"]),
        (all[..2].to_vec(), &Value::Null)
    );

    // The same the other way round, and the one whom the cursor leaves out is not left out.
    let first = find(&app, ada, json!({ "limit": 1 })).await;
    let second = find(&app, ada, json!({ "limit": 1, "next": first["next"] })).await;
    assert_eq!(ids(&second), all[1..2]);
    let barbara = &people[1];
    app.forget_user(&ada.account, ada.id.parse::<UserId>().unwrap());
    let nobody = find(&app, barbara, json!({ "prev": second["prev"] })).await;
    assert_eq!((ids(&nobody), &nobody["prev"]), (vec![], &Value::Null));
    let on = find(&app, barbara, json!({ "next": nobody["next"] })).await;
    assert_eq!(ids(&on), all[1..2]);
}

#[tokio::test]
async fn a_filter_finds_one_user_or_none() {
    let app = TestApp::start().await;
    let people = five(&app).await;
    let linus = app.account("linus").await;
    let ada = &people[0];
    for (body, found) in [
        (
            json!({ "email": "Carol@Example.com" }),
            vec![people[2].id.as_str()],
        ),
        (json!({ "id": people[2].id }), vec![people[2].id.as_str()]),
        (
            json!({ "id": ada.id, "email": ada.email }),
            vec![ada.id.as_str()],
        ),
        (
            json!({ "id": people[2].id, "email": "ada@example.com" }),
            vec![],
        ),
        (json!({ "email": "nobody@example.com" }), vec![]),
        (json!({ "email": linus.email }), vec![]),
        (json!({ "id": linus.id }), vec![]),
    ] {
        let page = find(&app, ada, body).await;
        assert_eq!(ids(&page), found);
        assert_eq!((&page["next"], &page["prev"]), (&Value::Null, &Value::Null));
    }
}

#[tokio::test]
async fn an_invalid_limit_or_cursor_is_named() {
    let app = TestApp::start().await;
    let people = five(&app).await;
    let ada = &people[0];
    let page = find(&app, ada, json!({ "limit": 2 })).await;
    for (query, body, field) in [
        ("", json!({ "limit": 0 }), "limit"),
        ("", json!({ "limit": -1 }), "limit"),
        ("", json!({ "limit": 1001 }), "limit"),
        ("?limit=ten", json!({}), "limit"),
        ("?limit=", json!({}), "limit"),
        ("", json!({ "next": "42" }), "next"),
        ("", json!({ "prev": "" }), "prev"),
        ("?prev=42", json!({}), "prev"),
        // The next page's cursor leads to no previous page.
        ("", json!({ "prev": page["next"] }), "prev"),
        (
            "",
            json!({ "next": page["next"], "prev": page["next"] }),
            "prev",
        ),
        ("", json!({ "id": "42" }), "id"),
        ("", json!({ "email": "42" }), "email"),
    ] {
        let call = app.post(&format!("/user/find{query}")).bearer(&ada.token);
        let reply = call.json(body).await.expect_problem(400, "invalid_value");
        assert_eq!(reply.json()["field"], field);
    }
    for body in [
        json!({ "limit": "2" }),
        json!({ "limit": 1.5 }),
        json!({ "limit": null }),
        json!({ "next": 1 }),
        json!({ "email": null }),
    ] {
        let call = app.post("/user/find").bearer(&ada.token).json(body);
        call.await.expect_problem(400, "malformed_body");
    }
}
