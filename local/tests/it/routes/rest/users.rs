//! `/rest/users`

use crate::support::{App, PASSWORD};
use serde_json::json;

mod create {
    use super::*;

    #[tokio::test]
    async fn makes_an_unverified_owner() {
        let app = App::start().await;
        let body = json!({ "username": "Ada", "email": "Ada@Example.com", "password": PASSWORD });
        let created = app
            .post("/rest/users/")
            .json(body)
            .await
            .expect_status(201)
            .json();
        assert_eq!(
            created,
            json!({ "status": 1, "content": {
                "allusage": 0.0,
                "created": "2026-11-21T18:00:00.000Z",
                "email": "Ada@Example.com",
                "lastlogin": null,
                "role": "free",
                "status": "unverified",
                "type": "invoice",
                "update": "2026-11-21T18:00:00.000Z",
                "username": "Ada",
            }})
        );
    }
}
