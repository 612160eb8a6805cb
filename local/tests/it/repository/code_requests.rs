//! Invitations and verifications that were asked for, and the codes that answer them.

use crate::support::{App, MAILS, Person};
use roster_domain::{
    CODE_LIFETIME, Code, CodePurpose, CodeRefusal, CodeRequest, Role, User, UserChanges,
};
use roster_dynamodb::{Refusal, StoreError};
use std::time::Duration;

const INVITATION: CodePurpose = CodePurpose::Invitation;
const VERIFICATION: CodePurpose = CodePurpose::Verification;

async fn request(app: &App, purpose: CodePurpose, user: &User) -> CodeRequest {
    let found = app
        .roster
        .repository
        .code_request_get(purpose, user.account, user.id);
    found.await.unwrap().unwrap()
}

async fn store(app: &App, request: &CodeRequest) -> Result<Code, StoreError> {
    let code = Code::generate(request.purpose, request.account, request.user).unwrap();
    let now = app.roster.clock.now();
    let repository = &app.roster.repository;
    repository.code_store(request, &code.hash(), now).await?;
    Ok(code)
}

#[track_caller]
fn expect_changed<T: std::fmt::Debug>(outcome: Result<T, StoreError>) {
    assert!(
        matches!(outcome, Err(StoreError::Refused(Refusal::Changed))),
        "{outcome:?}"
    );
}

async fn invited(app: &App, owner: &Person) -> User {
    let now = app.roster.clock.now();
    let email = "grace@example.com".parse().unwrap();
    let user = User::invite(owner.account.parse().unwrap(), email, Role::User, now);
    let repository = &app.roster.repository;
    repository
        .user_create(&user, Some(MAILS), now)
        .await
        .unwrap();
    user
}

#[tokio::test]
async fn a_code_works_for_seven_days() {
    let app = App::start().await;
    let user = invited(&app, &app.owner("ada").await).await;
    let asked = request(&app, INVITATION, &user).await;
    assert_eq!((&asked.email, &asked.code), (&user.email, &None));
    let code = store(&app, &asked).await.unwrap();
    let stored = request(&app, INVITATION, &user).await;
    let now = app.roster.clock.now();
    assert_eq!(stored.check(&code, now), Ok(()));
    let last = now + CODE_LIFETIME - Duration::from_millis(1);
    assert_eq!(stored.check(&code, last), Ok(()));
    let late = stored.check(&code, now + CODE_LIFETIME);
    assert_eq!(late, Err(CodeRefusal::Expired));
    let unknown = Code::generate(INVITATION, user.account, user.id).unwrap();
    assert_eq!(stored.check(&unknown, now), Err(CodeRefusal::Unknown));
}

#[tokio::test]
async fn asking_anew_replaces_the_code_and_outruns_a_mailer_that_was_slow() {
    let app = App::start().await;
    let user = invited(&app, &app.owner("ada").await).await;
    let first = request(&app, INVITATION, &user).await;
    let code = store(&app, &first).await.unwrap();
    app.advance(Duration::from_millis(1));
    let now = app.roster.clock.now();
    let repository = &app.roster.repository;
    repository
        .invitation_renew(user.account, user.id, &user.email, Role::Owner, MAILS, now)
        .await
        .unwrap();
    expect_changed(store(&app, &first).await);
    let second = request(&app, INVITATION, &user).await;
    assert_eq!(second.check(&code, now), Err(CodeRefusal::UsedUp));
    let newer = store(&app, &second).await.unwrap();
    let stored = request(&app, INVITATION, &user).await;
    assert_eq!(stored.check(&newer, now), Ok(()));
    assert_eq!(stored.check(&code, now), Err(CodeRefusal::UsedUp));
}

#[tokio::test]
async fn a_code_for_one_address_is_never_stored_for_another_asked_for_in_the_same_millisecond() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let repository = &app.roster.repository;
    let (account, id) = (ada.account.parse().unwrap(), ada.id.parse().unwrap());
    let user = repository.user_get(account, id).await.unwrap().unwrap();
    let old = request(&app, VERIFICATION, &user).await;
    let changes = UserChanges {
        email: Some("victim@example.com".parse().unwrap()),
        ..UserChanges::default()
    };
    let now = app.roster.clock.now();
    let user = repository
        .user_update(&user, &changes, MAILS, now)
        .await
        .unwrap();
    let new = request(&app, VERIFICATION, &user).await;
    assert_eq!(new.requested, old.requested);
    assert_eq!(new.email.as_str(), "victim@example.com");
    expect_changed(store(&app, &old).await);
    store(&app, &new).await.unwrap();
}

#[tokio::test]
async fn the_newest_fifty_codes_are_remembered() {
    let app = App::start().await;
    let user = invited(&app, &app.owner("ada").await).await;
    let mut codes = Vec::new();
    for _ in 0..52 {
        app.advance(Duration::from_secs(1));
        let asked = request(&app, INVITATION, &user).await;
        codes.push(store(&app, &asked).await.unwrap());
    }
    let stored = request(&app, INVITATION, &user).await;
    let now = app.roster.clock.now();
    assert_eq!(stored.codes.len(), 50);
    assert_eq!(stored.check(&codes[1], now), Err(CodeRefusal::Unknown));
    assert_eq!(stored.check(&codes[2], now), Err(CodeRefusal::UsedUp));
    assert_eq!(stored.check(&codes[51], now), Ok(()));
}

#[tokio::test]
async fn only_who_is_still_invited_is_invited_afresh() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let repository = &app.roster.repository;
    let (account, id) = (ada.account.parse().unwrap(), ada.id.parse().unwrap());
    let user = repository.user_get(account, id).await.unwrap().unwrap();
    let now = app.roster.clock.now();
    expect_changed(
        repository
            .invitation_renew(user.account, user.id, &user.email, Role::Owner, MAILS, now)
            .await,
    );
    let mut nobody = invited(&app, &ada).await;
    nobody.id = roster_domain::UserId::new(now);
    expect_changed(
        repository
            .invitation_renew(
                nobody.account,
                nobody.id,
                &nobody.email,
                Role::Owner,
                MAILS,
                now,
            )
            .await,
    );
}
