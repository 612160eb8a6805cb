//! `GET /api/v2/users`

use crate::testkit::{Person, Reply, TestApp, next_page};
use roster_domain::Role;
use serde_json::{Value, json};

fn ids(reply: &Reply) -> Vec<String> {
    let members = reply.json();
    let id = |member: &Value| member["_id"].as_str().unwrap().to_owned();
    members.as_array().unwrap().iter().map(id).collect()
}

async fn team(app: &TestApp, size: usize) -> Vec<Person> {
    let mut people = vec![app.account("ada").await];
    for number in 1..size {
        let name = format!("member{number}");
        people.push(app.member(&people[0], &name, Role::User).await);
    }
    people
}

#[tokio::test]
async fn lists_the_whole_account_oldest_first_with_or_without_a_slash() {
    let app = TestApp::start().await;
    let team = team(&app, 3).await;
    let barbara = app.invited(&team[0], "barbara", Role::Admin).await;
    let hedy = app.deactivated(&team[0], "hedy", Role::User).await;
    app.account("eve").await;
    let everyone: Vec<_> = team.iter().chain([&barbara, &hedy]).collect();
    for path in ["/api/v2/users", "/api/v2/users/"] {
        let reply = app.get(path).bearer(&team[2].token).await;
        let members = reply.expect_status(200).json();
        let expected: Vec<Value> = everyone
            .iter()
            .map(|person| {
                json!({
                    "_id": person.id,
                    "firstName": null,
                    "lastName": null,
                    "email": person.email,
                    "locale": null,
                    "timezone": null,
                })
            })
            .collect();
        assert_eq!(members, json!(expected));
    }
    let reply = app.get("/api/v2/users").bearer(&team[0].token).await;
    assert_eq!(reply.header("link"), "", "nobody follows");
}

#[tokio::test]
async fn links_to_the_next_page_while_more_follow() {
    let app = TestApp::start().await;
    let team = team(&app, 5).await;
    let all: Vec<_> = team.iter().map(|person| person.id.clone()).collect();
    let get = |path: &str| app.get(path).bearer(&team[1].token);
    let first = get("/api/v2/users/?limit=2").await.expect_status(200);
    assert_eq!(ids(&first), all[..2]);
    let link = first.header("link");
    let start = r#"<http://roster.test/api/v2/users/?limit=2&cursor="#;
    assert!(link.starts_with(start), "{link}");
    assert!(link.ends_with(r#">; rel="next""#), "{link}");
    let second = get(&next_page(&first).unwrap()).await.expect_status(200);
    assert_eq!(ids(&second), all[2..4]);
    let third = get(&next_page(&second).unwrap()).await.expect_status(200);
    assert_eq!(ids(&third), all[4..]);
    assert_eq!(third.header("link"), "");
    let exact = get("/api/v2/users?limit=5").await.expect_status(200);
    assert_eq!((ids(&exact), exact.header("link")), (all, ""));
}

#[tokio::test]
async fn a_cursor_stays_good_when_its_user_is_gone() {
    let app = TestApp::start().await;
    let team = team(&app, 4).await;
    let get = |path: &str| app.get(path).bearer(&team[0].token);
    let first = get("/api/v2/users?limit=2").await;
    app.forget_user(&team[1].account, &team[1].id);
    let second = get(&next_page(&first).unwrap()).await;
    assert_eq!(ids(&second), [team[2].id.clone(), team[3].id.clone()]);
}

#[tokio::test]
async fn an_invalid_limit_or_cursor_is_refused() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let backwards = "PAGh_0PdAHKMjq8wutfD38U";
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=", "limit"),
        ("limit=%2B1", "limit"),
        ("limit=many", "limit"),
        ("cursor=", "cursor"),
        ("cursor=2", "cursor"),
        (&format!("cursor={}", ada.id), "cursor"),
        (&format!("cursor={backwards}"), "cursor"),
    ] {
        let path = format!("/api/v2/users?{query}");
        let reply = app.get(&path).bearer(&ada.token).await;
        let message = reply.expect_members_error(400).json()["message"].clone();
        let message = message.as_str().unwrap();
        assert!(
            message.starts_with(&format!("{field} must be")),
            "{message}"
        );
        app.get(&path).await.expect_members_error(401);
    }
}

#[tokio::test]
async fn an_invalid_host_does_not_get_into_the_link() {
    let app = TestApp::start().await;
    let team = team(&app, 2).await;
    for host in [
        r#"evil.example>; rel="next", <http://evil.example"#,
        "evil.example/path",
        "h\u{e4}",
        "",
    ] {
        let event = json!({
            "headers": { "authorization": format!("Bearer {}", team[0].token), "host": host },
            "rawQueryString": "limit=1",
            "requestContext": { "http": { "method": "GET", "path": "/api/v2/users" } },
        });
        let answer = app.respond("members-list", event).await;
        let link = &answer.headers["link"];
        assert!(link.starts_with("</api/v2/users?limit=1&cursor="), "{link}");
    }
}

/// No route has such a path, but a function is handed what it is handed.
#[tokio::test]
async fn an_unreadable_path_does_not_get_into_the_link() {
    let app = TestApp::start().await;
    let team = team(&app, 2).await;
    for path in ["/\u{1b}", "/a b", r#"/>; rel="next", <http://evil.example"#] {
        let event = json!({
            "headers": { "authorization": format!("Bearer {}", team[0].token) },
            "rawQueryString": "limit=1",
            "requestContext": { "http": { "method": "GET", "path": path } },
        });
        let answer = app.respond("members-list", event).await;
        let link = &answer.headers["link"];
        assert!(link.starts_with("<?limit=1&cursor="), "{link}");
    }
}
