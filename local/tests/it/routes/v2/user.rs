//! `/v2/user`

use crate::testkit::{Action, Edit, Reply, TestApp, Which, user_key};
use roster_domain::CodePurpose;
use serde_json::json;

mod get {
    use super::*;

    #[tokio::test]
    async fn shows_every_documented_field() {
        let app = TestApp::start().await;
        let ada = app.owner("ada").await;
        let profile = app
            .get("/v2/user")
            .api_token(&ada.token)
            .await
            .expect_status(200)
            .json();
        let device_token = profile[0]["device_token"].as_str().unwrap();
        assert!(device_token.starts_with("rsd_") && !ada.token.contains(&device_token[4..]));
        assert_eq!(
            profile,
            json!([{
                "user_id": ada.id,
                "api_token": ada.token,
                "device_token": device_token,
                "email1": "ada@example.com",
                "email2": null,
                "organization": null,
                "locale": null,
                "user_alias": null,
                "storage": { "count": 0, "usage_bytes": 0, "maxSize": 5_242_880_000_i64, "avg_obj_size": 0 },
            }])
        );
    }

    #[tokio::test]
    async fn costs_one_strongly_consistent_get_item() {
        let app = TestApp::start().await;
        let ada = app.owner("ada").await;
        let call = app.get("/v2/user").api_token(&ada.token);
        let (reply, requests) = app.requests(call).await;
        reply.expect_status(200);
        let [request] = &requests[..] else {
            panic!("{requests:?}")
        };
        assert_eq!(request.operation, "GetItem");
        assert_eq!(request.body["ConsistentRead"], true);
        assert_eq!(request.body["Key"]["SK"]["S"], user_key(&ada.id));
    }

    #[tokio::test]
    async fn a_token_with_a_wrong_checksum_costs_nothing() {
        let app = TestApp::start().await;
        let ada = app.owner("ada").await;
        let last = if ada.token.ends_with('A') { "B" } else { "A" };
        let mistyped = format!("{}{last}", &ada.token[..ada.token.len() - 1]);
        for wrong in [mistyped.as_str(), "", "xxxxxxxxxxxx", &ada.token[..50]] {
            let (reply, asked) = app.operations(app.get("/v2/user").api_token(wrong)).await;
            reply.expect_profile_error(401, "AUTH_REQUIRED");
            assert_eq!(asked, Vec::<String>::new(), "{wrong}");
        }
        app.get("/v2/user")
            .await
            .expect_profile_error(401, "AUTH_REQUIRED");
    }

    #[tokio::test]
    async fn says_unavailable_while_the_store_is_throttling() {
        let app = TestApp::start().await;
        let ada = app.owner("ada").await;
        app.proxy.always(Which::Any, Action::throttled());
        let reply = app.get("/v2/user").api_token(&ada.token).await;
        let reply = reply.expect_profile_error(503, "UNAVAILABLE");
        assert_eq!(reply.header("retry-after"), "1");
        app.proxy.clear();
        app.get("/v2/user")
            .api_token(&ada.token)
            .await
            .expect_status(200);
    }
}

mod update {
    use super::*;
    use serde_json::Value;

    async fn update(app: &TestApp, token: &str, body: Value) -> Reply {
        app.put("/v2/user").api_token(token).json(body).await
    }

    #[tokio::test]
    async fn absent_fields_stay_and_null_clears() {
        let app = TestApp::start().await;
        let ada = app.owner("ada").await;
        let all = json!({
            "email2": "ada@work.example.org",
            "organization": "Analytical Engines",
            "locale": "europe/london",
            "user_alias": "Countess",
        });
        let profile = update(&app, &ada.token, all)
            .await
            .expect_status(200)
            .json();
        assert_eq!(profile[0]["email2"], "ada@work.example.org");
        assert_eq!(profile[0]["locale"], "Europe/London");
        let cleared = json!({ "organization": null, "unknown": [1, { "deep": true }] });
        update(&app, &ada.token, cleared).await.expect_status(200);
        let profile = app.get("/v2/user").api_token(&ada.token).await.json();
        assert_eq!(profile[0]["organization"], Value::Null);
        assert_eq!(profile[0]["user_alias"], "Countess");
        let user = app.user(&ada).await.unwrap();
        assert_eq!(
            (user.organization(), user.alias()),
            (None, Some("Countess"))
        );
    }

    #[tokio::test]
    async fn an_update_that_names_nothing_writes_nothing() {
        let app = TestApp::start().await;
        let ada = app.owner("ada").await;
        app.advance(std::time::Duration::from_secs(60));
        for body in [json!({}), json!([{}]), json!({ "unknown": 1 })] {
            let call = async { update(&app, &ada.token, body).await };
            let (reply, asked) = app.operations(call).await;
            reply.expect_status(200);
            assert_eq!(asked, ["GetItem"]);
        }
        let user = app.user(&ada).await.unwrap();
        assert_eq!(user.updated(), user.created());
    }

    #[tokio::test]
    async fn takes_the_object_in_an_array_of_one() {
        let app = TestApp::start().await;
        let ada = app.owner("ada").await;
        let one = json!([{ "user_alias": "Countess" }]);
        update(&app, &ada.token, one).await.expect_status(200);
        for other in [
            json!([]),
            json!([{ "user_alias": "a" }, { "user_alias": "b" }]),
            json!([["ada@example.org"]]),
            json!("Countess"),
            json!(null),
        ] {
            let reply = update(&app, &ada.token, other).await;
            reply.expect_profile_error(400, "BAD_JSON_FORMAT");
        }
        let profile = app.get("/v2/user").api_token(&ada.token).await.json();
        assert_eq!(profile[0]["user_alias"], "Countess");
    }

    #[tokio::test]
    async fn a_new_email_must_be_free_and_is_unverified_until_confirmed() {
        let app = TestApp::start().await;
        let ada = app.owner("ada").await;
        app.owner("linus").await;
        app.edit(&ada, Edit::Verified);

        let taken = update(&app, &ada.token, json!({ "email1": "LINUS@example.com" })).await;
        taken.expect_profile_error(409, "EMAIL_IN_USE");
        update(&app, &ada.token, json!({ "email1": "Ada@Example.com" }))
            .await
            .expect_status(200);
        assert!(app.user(&ada).await.unwrap().is_verified());

        update(
            &app,
            &ada.token,
            json!({ "email1": "countess@example.com" }),
        )
        .await
        .expect_status(200);
        let items = app.items();
        assert!(items.contains_key(&("EMAIL#countess@example.com".into(), "EMAIL".into())));
        // The old one was proven: it stays a login for a while.
        assert!(items.contains_key(&("EMAIL#ada@example.com".into(), "EMAIL".into())));
        assert!(!app.user(&ada).await.unwrap().is_verified());
        let challenge = app.challenge(CodePurpose::Verification, &ada).await;
        let challenge = challenge.unwrap();
        assert_eq!(challenge.email(), "countess@example.com");
        assert_eq!(challenge.requested(), app.now());
        // The change can be taken back.
        let back = json!({ "email1": "ada@example.com" });
        update(&app, &ada.token, back).await.expect_status(200);
    }

    #[tokio::test]
    async fn naming_an_unverified_address_again_asks_for_another_mail() {
        let app = TestApp::start().await;
        let ada = app.owner("ada").await;
        let requested = async || {
            let challenge = app.challenge(CodePurpose::Verification, &ada).await;
            challenge.unwrap().requested().to_string()
        };
        let same = json!({ "email1": "ada@example.com" });
        app.advance(std::time::Duration::from_secs(60));
        update(&app, &ada.token, same.clone())
            .await
            .expect_status(200);
        assert_eq!(requested().await, "2026-11-21T18:01:00.000Z");
        app.edit(&ada, Edit::Verified);
        app.advance(std::time::Duration::from_secs(60));
        update(&app, &ada.token, same).await.expect_status(200);
        assert_eq!(requested().await, "2026-11-21T18:01:00.000Z", "verified");
    }

    #[tokio::test]
    async fn invalid_values_name_their_field() {
        let app = TestApp::start().await;
        let ada = app.owner("ada").await;
        for (body, code) in [
            (json!({ "email1": null }), "INVALID_EMAIL1"),
            (json!({ "email1": "ada" }), "INVALID_EMAIL1"),
            (json!({ "email2": "ada@" }), "INVALID_EMAIL2"),
            (json!({ "locale": "Mars/Olympus" }), "INVALID_LOCALE"),
            (json!({ "organization": "" }), "INVALID_ORGANIZATION"),
            (json!({ "user_alias": "two\nlines" }), "INVALID_USER_ALIAS"),
            (
                json!({ "user_alias": "x".repeat(257) }),
                "INVALID_USER_ALIAS",
            ),
            (json!({ "user_alias": 7 }), "BAD_JSON_FORMAT"),
            (json!({ "email1": ["ada@example.com"] }), "BAD_JSON_FORMAT"),
            (json!({ "locale": false }), "BAD_JSON_FORMAT"),
        ] {
            update(&app, &ada.token, body)
                .await
                .expect_profile_error(400, code);
        }
    }

    #[tokio::test]
    async fn two_callers_who_edit_different_fields_at_once_both_win() {
        let app = TestApp::start().await;
        let ada = app.owner("ada").await;
        for round in 0..20 {
            let text = format!("round {round}");
            let (one, other) = tokio::join!(
                update(&app, &ada.token, json!({ "user_alias": text })),
                update(&app, &ada.token, json!({ "organization": text })),
            );
            one.expect_status(200);
            other.expect_status(200);
            let profile = app.get("/v2/user").api_token(&ada.token).await.json();
            assert_eq!(profile[0]["user_alias"], text.as_str());
            assert_eq!(profile[0]["organization"], text.as_str());
        }
    }

    #[tokio::test]
    async fn of_two_users_who_want_the_same_address_one_gets_it() {
        let app = TestApp::start().await;
        let (ada, linus) = (app.owner("ada").await, app.owner("linus").await);
        let body = json!({ "email1": "wanted@example.com" });
        let (one, other) = tokio::join!(
            update(&app, &ada.token, body.clone()),
            update(&app, &linus.token, body)
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let emails = app
            .items()
            .into_keys()
            .filter(|(pk, _)| pk.starts_with("EMAIL#"));
        assert_eq!(emails.count(), 2);
    }
}
