//! `/v2/user`

use crate::support::{App, Fault};
use serde_json::json;

mod get {
    use super::*;

    #[tokio::test]
    async fn shows_every_documented_field() {
        let app = App::start().await;
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
        let app = App::start().await;
        let ada = app.owner("ada").await;
        let call = async { app.get("/v2/user").api_token(&ada.token).await };
        let (reply, requests) = app.requests(call).await;
        reply.expect_status(200);
        let [(operation, request)] = &requests[..] else {
            panic!("{requests:?}")
        };
        assert_eq!(operation, "GetItem");
        assert_eq!(request["ConsistentRead"], true);
        assert_eq!(request["Key"]["SK"]["S"], format!("USER#{}", ada.id));
    }

    #[tokio::test]
    async fn a_token_with_a_wrong_checksum_costs_nothing() {
        let app = App::start().await;
        let ada = app.owner("ada").await;
        let last = if ada.token.ends_with('A') { "B" } else { "A" };
        let mistyped = format!("{}{last}", &ada.token[..ada.token.len() - 1]);
        for wrong in [mistyped.as_str(), "", "xxxxxxxxxxxx", &ada.token[..50]] {
            let (reply, asked) = app
                .asked(async { app.get("/v2/user").api_token(wrong).await })
                .await;
            reply.expect_profile_error(401, "AUTH_REQUIRED");
            assert_eq!(asked, Vec::<String>::new(), "{wrong}");
        }
        app.get("/v2/user")
            .await
            .expect_profile_error(401, "AUTH_REQUIRED");
    }

    #[tokio::test]
    async fn says_unavailable_while_the_store_is_throttling() {
        let app = App::start().await;
        let ada = app.owner("ada").await;
        app.fault(Fault::Throttling);
        let reply = app.get("/v2/user").api_token(&ada.token).await;
        let reply = reply.expect_profile_error(503, "UNAVAILABLE");
        assert_eq!(reply.header("retry-after"), "1");
        app.fault(Fault::None);
        app.get("/v2/user")
            .api_token(&ada.token)
            .await
            .expect_status(200);
    }
}
