//! `DELETE /auth/tokens/{id}`

use crate::testkit::{Edit, Person, Reply, TestApp};
use roster_domain::Role;

async fn revoke(app: &TestApp, caller: &Person, id: &str) -> Reply {
    let path = format!("/auth/tokens/{id}");
    app.call("DELETE", &path).bearer(&caller.token).await
}

async fn works(app: &TestApp, person: &Person) -> bool {
    let reply = app.get("/v2/user").bearer(&person.token).await;
    assert!([200, 401].contains(&reply.status), "{reply:?}");
    reply.status == 200
}

#[tokio::test]
async fn logs_out_at_once_and_leaves_the_other_tokens() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let other = app.with_another_token(&ada).await;
    let named = app.with_named_token(&ada, "report").await;
    let reply = revoke(&app, &ada, "current").await.expect_status(204);
    assert_eq!(reply.text, "");
    assert!(!works(&app, &ada).await);
    assert!(works(&app, &other).await && works(&app, &named).await);
    // Repeated after a lost response.
    let again = revoke(&app, &ada, "current").await;
    again.expect_problem(401, "auth_required");
}

#[tokio::test]
async fn stops_the_token_of_an_id() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let other = app.with_another_token(&ada).await;
    let named = app.with_named_token(&ada, "report").await;
    for person in [&other, &named, &ada] {
        let id = person.token_id();
        revoke(&app, &ada, &id).await.expect_status(204);
        assert!(!works(&app, person).await);
        if person.token != ada.token {
            revoke(&app, &ada, &id)
                .await
                .expect_problem(404, "not_found");
        }
    }
    assert_eq!(app.user(&ada).await.unwrap().tokens(), 0);
}

#[tokio::test]
async fn knows_no_other_ids() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let linus = app.account("linus").await;
    let before = app.items();
    for id in [
        alan.token_id().as_str(),
        &linus.token_id(),
        "CURRENT",
        "x",
        "%20",
        &ada.token_id().to_lowercase(),
    ] {
        revoke(&app, &ada, id)
            .await
            .expect_problem(404, "not_found");
    }
    assert!(app.items() == before);
}

#[tokio::test]
async fn a_named_token_revokes_itself_and_no_other() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    for by_id in [false, true] {
        let named = app.with_named_token(&ada, "report").await;
        let other = app.with_named_token(&ada, "another").await;
        for id in [ada.token_id(), other.token_id(), "nobody's".to_owned()] {
            revoke(&app, &named, &id)
                .await
                .expect_problem(403, "forbidden");
        }
        let id = if by_id {
            named.token_id()
        } else {
            "current".to_owned()
        };
        revoke(&app, &named, &id).await.expect_status(204);
        assert!(!works(&app, &named).await);
        assert!(works(&app, &ada).await && works(&app, &other).await);
    }
}

/// It is the last one that was read, but not the last one that there is.
#[tokio::test]
async fn a_login_that_came_in_meanwhile_lasts() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let call = app
        .call("DELETE", "/auth/tokens/current")
        .bearer(&alan.token);
    let log_in = || app.edit(&alan, Edit::LoggedIn(&ada));
    let reply = app.between_reads_and_writes(call, log_in).await;
    reply.expect_status(204);
    assert_eq!(app.user(&alan).await.unwrap().tokens(), 1);
}
