//! `/rest/users`

use crate::testkit::{Edit, PASSWORD, TestApp, at_once};
use serde_json::{Value, json};

fn ada() -> Value {
    json!({ "username": "Ada", "email": "Ada@Example.com", "password": PASSWORD })
}

mod create {
    use super::*;

    #[tokio::test]
    async fn makes_an_unverified_owner() {
        let app = TestApp::start().await;
        for (path, username) in [("/rest/users/", "Ada"), ("/rest/users", "Grace")] {
            let email = format!("{username}@Example.com");
            let body = json!({ "username": username, "email": email, "password": PASSWORD });
            let created = app.post(path).json(body).await.expect_status(201).json();
            assert_eq!(
                created,
                json!({ "status": 1, "content": {
                    "allusage": 0.0,
                    "created": "2026-11-21T18:00:00.000Z",
                    "email": email,
                    "lastlogin": null,
                    "role": "free",
                    "status": "unverified",
                    "type": "invoice",
                    "update": "2026-11-21T18:00:00.000Z",
                    "username": username,
                }})
            );
        }
    }

    #[tokio::test]
    async fn writes_account_owner_names_and_the_challenge_to_verify_the_address() {
        let app = TestApp::start().await;
        app.post("/rest/users").json(ada()).await.expect_status(201);
        let items = app.items();
        let kinds: Vec<_> = items
            .keys()
            .map(|(pk, sk)| {
                let kind = |key: &str| key.split('#').next().unwrap().to_owned();
                (kind(pk), kind(sk))
            })
            .collect();
        let kinds: Vec<_> = kinds
            .iter()
            .map(|(pk, sk)| (pk.as_str(), sk.as_str()))
            .collect();
        assert_eq!(
            kinds,
            [
                ("ACCOUNT", "ACCOUNT"),
                ("ACCOUNT", "EMAIL"),
                ("ACCOUNT", "MAILS"),
                ("ACCOUNT", "USER"),
                ("ACCOUNT", "VERIFICATION"),
                ("EMAIL", "EMAIL"),
                ("USERNAME", "USERNAME"),
            ]
        );
    }

    #[tokio::test]
    async fn takes_the_documented_form_with_its_leading_question_mark() {
        let app = TestApp::start().await;
        let form = format!("?&username=ada&email=ada%40example.com&password={PASSWORD}");
        app.post("/rest/users/")
            .form(&form)
            .await
            .expect_status(201);
        // As `curl -d '{…}'` labels it.
        let body = json!({ "username": "bob", "email": "bob@example.com", "password": PASSWORD });
        app.post("/rest/users")
            .form(&body.to_string())
            .await
            .expect_status(201);
        for form in [
            "",
            "?&",
            "username=eve",
            "username=eve&username=eva",
            "%ff=%ff",
        ] {
            app.post("/rest/users")
                .form(form)
                .await
                .expect_accounts_error(400);
        }
    }

    #[tokio::test]
    async fn names_are_taken_in_any_case() {
        let app = TestApp::start().await;
        app.post("/rest/users").json(ada()).await.expect_status(201);
        let before = app.items();
        for (field, value) in [("username", "other"), ("email", "other@example.com")] {
            let mut body =
                json!({ "username": "ADA", "email": "ADA@EXAMPLE.COM", "password": PASSWORD });
            body[field] = value.into();
            let reply = app
                .post("/rest/users")
                .json(body)
                .await
                .expect_accounts_error(409);
            assert!(reply.text.contains("is in use"), "{}", reply.text);
        }
        assert_eq!(app.items(), before);
    }

    #[tokio::test]
    async fn refusals_name_the_field() {
        let app = TestApp::start().await;
        for (field, value) in [
            ("username", json!("ab")),
            ("username", json!("a b c")),
            ("username", json!("ada@example.com")),
            ("username", json!(7)),
            ("username", Value::Null),
            ("email", json!("ada")),
            ("email", json!({ "at": "example.com" })),
            ("password", json!("short")),
            ("password", json!("password1")),
            ("password", json!("ada@example.com")),
            ("password", json!(12_345_678)),
            ("password", json!("x".repeat(257))),
        ] {
            let mut body = ada();
            body[field] = value.clone();
            let reply = app
                .post("/rest/users")
                .json(body)
                .await
                .expect_accounts_error(400);
            assert!(
                reply.text.contains(field),
                "{field} {value}: {}",
                reply.text
            );
            let mut body = ada();
            body.as_object_mut().unwrap().remove(field);
            let reply = app
                .post("/rest/users")
                .json(body)
                .await
                .expect_accounts_error(400);
            assert!(
                reply.text.contains(&format!("{field} is required")),
                "{}",
                reply.text
            );
        }
        assert!(app.items().is_empty());
    }

    #[tokio::test]
    async fn is_refused_where_sign_up_is_closed() {
        let app = TestApp::with_sign_up_closed().await;
        app.post("/rest/users")
            .json(ada())
            .await
            .expect_accounts_error(403);
        assert!(app.items().is_empty());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_sixty_four_sign_ups_with_the_same_names_at_once_one_succeeds() {
        let app = TestApp::start().await;
        let calls = (0..64).map(|_| app.post("/rest/users").json(ada()));
        let mut created = 0;
        for reply in at_once(calls).await {
            match reply.status {
                201 => created += 1,
                status => assert_eq!(status, 409),
            }
        }
        assert_eq!(created, 1);
        assert_eq!(app.items().len(), 7, "leftovers: {:?}", app.items().keys());
    }
}

mod get {
    use super::*;

    #[tokio::test]
    async fn shows_the_caller_by_password_or_token_and_username_in_any_case() {
        let app = TestApp::start().await;
        let ada = app.owner("ada").await;
        for call in [
            app.get("/rest/users/ada").basic("ada", PASSWORD),
            app.get("/rest/users/ADA")
                .basic("ADA@example.com", PASSWORD),
            app.get("/rest/users/Ada").bearer(&ada.token),
            app.get("/rest/users/%61da")
                .header("authorization", &ada.token),
        ] {
            let shown = call.await.expect_status(200).json();
            assert_eq!(shown["status"], 1);
            assert_eq!(shown["content"]["username"], "ada");
            assert_eq!(shown["content"]["lastlogin"], "2026-11-21T18:00:00.000Z");
        }
    }

    #[tokio::test]
    async fn no_other_user_is_shown() {
        let app = TestApp::start().await;
        let ada = app.owner("ada").await;
        app.owner("linus").await;
        let mut texts = Vec::new();
        for name in ["linus", "nobody", "a", "%00", "ada%2Fx"] {
            let path = format!("/rest/users/{name}");
            let reply = app
                .get(&path)
                .bearer(&ada.token)
                .await
                .expect_accounts_error(403);
            texts.push(reply.text);
        }
        assert!(texts.iter().all(|text| *text == texts[0]));
        app.get("/rest/users/ada").await.expect_accounts_error(401);
    }

    #[tokio::test]
    async fn usage_is_a_double() {
        let app = TestApp::start().await;
        let ada = app.owner("ada").await;
        app.edit(&ada, Edit::Usage("12.75"));
        let shown = app.get("/rest/users/ada").bearer(&ada.token).await.json();
        assert_eq!(shown["content"]["allusage"], 12.75);
    }
}

mod update {
    use super::*;

    #[tokio::test]
    async fn changes_the_email_by_json_or_form() {
        let app = TestApp::start().await;
        app.owner("ada").await;
        let body = json!({ "username": "ADA", "email": "countess@example.com" });
        let shown = app
            .put("/rest/users/ada")
            .basic("ada", PASSWORD)
            .json(body)
            .await;
        let shown = shown.expect_status(200).json();
        assert_eq!(shown["content"]["email"], "countess@example.com");
        assert_eq!(shown["content"]["status"], "unverified");
        let form = "?&username=ada&email=newemail@user.com";
        let call = app
            .put("/rest/users/ada")
            .basic("countess@example.com", PASSWORD)
            .form(form);
        assert_eq!(
            call.await.expect_status(200).json()["content"]["email"],
            "newemail@user.com"
        );
        app.get("/rest/users/ada")
            .basic("ada@example.com", PASSWORD)
            .await
            .expect_status(401);
        app.get("/rest/users/ada")
            .basic("newemail@user.com", PASSWORD)
            .await
            .expect_status(200);
    }

    #[tokio::test]
    async fn usernames_are_not_changed() {
        let app = TestApp::start().await;
        let ada = app.owner("ada").await;
        app.owner("linus").await;
        let put = |path: &str, body: Value| app.put(path).bearer(&ada.token).json(body);
        put("/rest/users/ada", json!({ "username": "countess" }))
            .await
            .expect_accounts_error(400);
        put("/rest/users/ada", json!({ "username": null }))
            .await
            .expect_accounts_error(400);
        put("/rest/users/linus", json!({ "email": "x@example.com" }))
            .await
            .expect_accounts_error(403);
        put("/rest/users/ada", json!({ "email": "linus@example.com" }))
            .await
            .expect_accounts_error(409);
        put("/rest/users/ada", json!({})).await.expect_status(200);
        app.put("/rest/users/ada")
            .bearer(&ada.token)
            .await
            .expect_accounts_error(400);
    }
}
