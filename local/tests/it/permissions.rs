//! Every set of permissions. What a caller may do with some of them is in `role_table.rs`.

use crate::testkit::TestApp;
use roster_domain::{Permissions, Role};
use serde_json::json;

const FLAGS: [&str; 5] = [
    "accountManagement",
    "userManagement",
    "addBeacons",
    "toggleBeacons",
    "viewMetrics",
];

/// A user with `userManagement` grants just what they hold, and takes anything away.
#[tokio::test]
async fn every_set_of_permissions_grants_itself_and_no_more() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    let alan = app.member(&ada, "alan", Role::User).await;
    let path = format!("/api/v2/users/{}/perms", alan.id);
    for held in 0..1_u32 << FLAGS.len() {
        let holds = |flag: usize| held & 1 << flag != 0;
        let permissions = Permissions {
            account_management: holds(0),
            user_management: holds(1),
            add_beacons: holds(2),
            toggle_beacons: holds(3),
            view_metrics: holds(4),
        };
        let holder = app.add(&ada, &format!("holder{held}"));
        let holder = holder.permissions(permissions).await;
        for (number, flag) in FLAGS.into_iter().enumerate() {
            for granted in [true, false] {
                let allowed = holds(1) && (!granted || holds(number));
                let call = app.post(&path).bearer(&holder.token);
                let reply = call.json(json!({ flag: granted })).await;
                let status = if allowed { 200 } else { 403 };
                assert_eq!(reply.status, status, "{permissions:?} {flag}: {granted}");
            }
        }
    }
}
