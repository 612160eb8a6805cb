//! A decision about a user's role, access or removal is written only on the user who was read.

use crate::testkit::{StoreError, TestApp, Write};
use roster_domain::Role;

/// What may happen to a user between being read and being written.
const MEANWHILE: [Write; 4] = [
    Write::SetRole(Role::Owner),
    Write::Deactivate,
    Write::Readdress,
    Write::Remove,
];

/// What was decided on them as they were read.
const DECISIONS: [Write; 3] = [
    Write::SetRoleAndInvite(Role::Admin),
    Write::Remove,
    Write::Deactivate,
];

#[tokio::test]
async fn a_decision_is_not_written_on_a_user_who_changed_since() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    for (row, change) in MEANWHILE.into_iter().enumerate() {
        for (column, decision) in DECISIONS.into_iter().enumerate() {
            // Access is not decided on the address.
            if (change, decision) == (Write::Readdress, Write::Deactivate) {
                continue;
            }
            let name = format!("user{row}-{column}");
            let person = app.member(&ada, &name, Role::User).await;
            let read = app.user(&person).await.unwrap();
            let writer = app.writer(&ada).await;
            writer.write(&read, change).await.unwrap();
            let before = app.items();
            let writer = app.writer(&ada).await;
            let outcome = writer.write(&read, decision).await;
            let case = format!("{decision:?} after {change:?}");
            assert_eq!(outcome, Err(StoreError::Stale), "{case}");
            assert_eq!(app.items(), before, "{case}");
        }
    }
}
