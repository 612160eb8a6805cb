//! What is decided about somebody's role, access or removal is written on nobody but the user who
//! was read.

use crate::support::{App, MAILS, Person};
use roster_domain::{Role, User};
use roster_dynamodb::{Refusal, StoreError};

/// What may happen to somebody between being read and being written.
const MEANWHILE: [&str; 4] = ["another role", "no access", "another address", "removed"];

async fn meanwhile(app: &App, user: &User, what: &str) {
    let (repository, now) = (&app.roster.repository, app.roster.clock.now());
    match what {
        "another role" => {
            let given = repository.user_set_role(user, Role::Owner, None, now);
            given.await.unwrap();
        }
        "no access" => repository.user_deactivate(user, now).await.unwrap(),
        "another address" => {
            let changes = roster_domain::UserChanges {
                email: Some(format!("new-{}", user.email).parse().unwrap()),
                ..roster_domain::UserChanges::default()
            };
            let updated = repository.user_update(user, &changes, MAILS, now);
            updated.await.unwrap();
        }
        "removed" => {
            let account = repository.account_get(user.account).await.unwrap().unwrap();
            repository.user_remove(user, &account).await.unwrap();
        }
        other => panic!("{other}"),
    }
}

/// A write that was decided on `user` as they were read.
async fn write(app: &App, user: &User, what: &str) -> Result<(), StoreError> {
    let (repository, now) = (&app.roster.repository, app.roster.clock.now());
    match what {
        "set role" => repository
            .user_set_role(user, Role::Admin, Some(MAILS), now)
            .await
            .map(drop),
        "remove" => {
            let account = repository.account_get(user.account).await?.unwrap();
            repository.user_remove(user, &account).await
        }
        "deactivate" => repository.user_deactivate(user, now).await,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_decision_is_not_written_on_somebody_who_changed_since() {
    let app = App::start().await;
    let ada = app.account("ada").await;
    for (number, change) in MEANWHILE.into_iter().enumerate() {
        for operation in ["set role", "remove", "deactivate"] {
            // An address is none of what access is decided on.
            if change == "another address" && operation == "deactivate" {
                continue;
            }
            let name = format!("{}-{number}", operation.replace(' ', "-"));
            let person: Person = app.member(&ada, &name, Role::User).await;
            let read = app.user(&person).await.unwrap();
            meanwhile(&app, &read, change).await;
            let before = app.items();
            let outcome = write(&app, &read, operation).await;
            assert!(
                matches!(outcome, Err(StoreError::Refused(Refusal::Changed))),
                "{operation} after {change}: {outcome:?}"
            );
            assert_eq!(app.items(), before, "{operation} after {change}");
        }
    }
}
