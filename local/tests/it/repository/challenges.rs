//! Invitations and verifications that were asked for, and the codes that answer them.

use crate::testkit::{Person, StoreError, StoredChallenge, TestApp};
use roster_domain::{CODE_LIFETIME, CodeError, CodePurpose, Role};
use std::time::Duration;

const INVITATION: CodePurpose = CodePurpose::Invitation;
const VERIFICATION: CodePurpose = CodePurpose::Verification;

async fn challenge(app: &TestApp, purpose: CodePurpose, person: &Person) -> StoredChallenge {
    app.challenge(purpose, person).await.unwrap()
}

/// A user who was invited into a new account.
async fn invited(app: &TestApp) -> Person {
    let ada = app.account("ada").await;
    app.invited(&ada, "grace", Role::User).await
}

#[tokio::test]
async fn a_code_works_for_seven_days() {
    let app = TestApp::start().await;
    let grace = invited(&app).await;
    let asked = challenge(&app, INVITATION, &grace).await;
    assert_eq!((asked.email(), asked.has_code()), (&*grace.email, false));
    let code = app.store_code(&asked).await.unwrap();
    let stored = challenge(&app, INVITATION, &grace).await;
    let now = app.now();
    assert_eq!(stored.check(&code, now), Ok(()));
    let last = now + CODE_LIFETIME - Duration::from_millis(1);
    assert_eq!(stored.check(&code, last), Ok(()));
    let late = stored.check(&code, now + CODE_LIFETIME);
    assert_eq!(late, Err(CodeError::Expired));
    let unknown = app.made_up_code(INVITATION, &grace);
    assert_eq!(stored.check(&unknown, now), Err(CodeError::Unknown));
}

#[tokio::test]
async fn a_new_request_replaces_the_code_and_outruns_a_slow_mailer() {
    let app = TestApp::start().await;
    let grace = invited(&app).await;
    let first = challenge(&app, INVITATION, &grace).await;
    let code = app.store_code(&first).await.unwrap();
    app.advance(Duration::from_millis(1));
    app.invite_afresh(&grace).await.unwrap();
    assert_eq!(app.store_code(&first).await, Err(StoreError::Stale));
    let second = challenge(&app, INVITATION, &grace).await;
    let now = app.now();
    assert_eq!(second.check(&code, now), Err(CodeError::UsedUp));
    let newer = app.store_code(&second).await.unwrap();
    let stored = challenge(&app, INVITATION, &grace).await;
    assert_eq!(stored.check(&newer, now), Ok(()));
    assert_eq!(stored.check(&code, now), Err(CodeError::UsedUp));
}

#[tokio::test]
async fn a_code_for_one_address_is_never_stored_for_another_of_the_same_millisecond() {
    let app = TestApp::start().await;
    let ada = app.signed_up("ada").await;
    let old = challenge(&app, VERIFICATION, &ada).await;
    app.readdress(&ada, "victim@example.com").await;
    let new = challenge(&app, VERIFICATION, &ada).await;
    assert_eq!(new.requested(), old.requested());
    assert_eq!(new.email(), "victim@example.com");
    assert_eq!(app.store_code(&old).await, Err(StoreError::Stale));
    app.store_code(&new).await.unwrap();
}

#[tokio::test]
async fn the_newest_fifty_codes_are_remembered() {
    let app = TestApp::start().await;
    let grace = invited(&app).await;
    let mut codes = Vec::new();
    for _ in 0..52 {
        app.advance(Duration::from_secs(1));
        let asked = challenge(&app, INVITATION, &grace).await;
        codes.push(app.store_code(&asked).await.unwrap());
    }
    let stored = challenge(&app, INVITATION, &grace).await;
    let now = app.now();
    assert_eq!(stored.codes(), 50);
    assert_eq!(stored.check(&codes[1], now), Err(CodeError::Unknown));
    assert_eq!(stored.check(&codes[2], now), Err(CodeError::UsedUp));
    assert_eq!(stored.check(&codes[51], now), Ok(()));
}

#[tokio::test]
async fn only_a_user_who_is_still_invited_is_invited_afresh() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let grace = app.invited(&ada, "grace", Role::User).await;
    let nobody = Person {
        id: app.unknown(&ada, "nobody").id,
        ..grace
    };
    let before = app.items();
    for person in [ada, nobody] {
        let outcome = app.invite_afresh(&person).await;
        assert_eq!(outcome, Err(StoreError::Stale), "{}", person.email);
    }
    assert_eq!(app.items(), before);
}
