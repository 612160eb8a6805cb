//! What users may do to each other: every operation, by every kind of caller, to every kind of
//! target.

use crate::testkit::{
    Caller, Person, Target, TestApp,
    catalogue::{self, Api, Operation},
};

#[test]
fn every_endpoint_has_statuses() {
    catalogue::expect_every_endpoint(|operation| !operation.statuses.is_empty(), &[]);
}

#[tokio::test]
async fn the_profile_api_obeys_the_catalogue() {
    check(Api::Profile).await;
}

#[tokio::test]
async fn the_directory_api_obeys_the_catalogue() {
    check(Api::Directory).await;
}

#[tokio::test]
async fn the_members_api_obeys_the_catalogue() {
    check(Api::Members).await;
}

#[tokio::test]
async fn the_accounts_api_obeys_the_catalogue() {
    check(Api::Accounts).await;
}

#[tokio::test]
async fn the_auth_api_obeys_the_catalogue() {
    check(Api::Auth).await;
}

async fn check(api: Api) {
    let mut wrong = Vec::new();
    for (column, caller) in Caller::ALL.into_iter().enumerate() {
        let app = TestApp::start().await;
        // There is another owner, so that no owner of a cell is the last one.
        let ada = app.account("ada").await;
        let mut cell = 0;
        for operation in api.operations() {
            for (target, statuses) in operation.statuses {
                cell += 1;
                let owner = match operation.ends_caller {
                    true => app.account(&format!("owner{cell}")).await,
                    false => ada.clone(),
                };
                let fresh = app.caller(&owner, caller, &format!("caller{cell}")).await;
                let cell = Cell {
                    api,
                    operation,
                    target: *target,
                    name: format!("target{cell}"),
                    expected: statuses[column],
                };
                let what = format!("{} of {target:?} by {caller:?}", operation.name());
                let found = cell.check(&app, &fresh, &what).await;
                wrong
                    .extend(found.map(|status| format!("{what}: {status}, not {}", cell.expected)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

struct Cell {
    api: Api,
    operation: &'static Operation,
    target: Target,
    name: String,
    expected: u16,
}

impl Cell {
    /// The status that the caller got, if it is a wrong one. A refusal must be in the API's words, and
    /// change nothing of the target.
    async fn check(&self, app: &TestApp, caller: &Person, what: &str) -> Option<u16> {
        let requires = self.operation.requires;
        let actors = app.actors(caller, self.target, &self.name, requires).await;
        let before = app.user(&actors.target).await;
        let reply = self.operation.call(&actors).await;
        if reply.status != self.expected {
            return Some(reply.status);
        }
        if self.expected >= 400 {
            reply.expect_refusal(self.api, self.expected);
            assert_eq!(app.user(&actors.target).await, before, "{what}");
        }
        None
    }
}
