//! Nobody learns of another account: for every operation and every way to name a user, a caller of
//! another account gets the answer that a user who does not exist gets.

use crate::testkit::{
    Actors, Person, Recorded, Reply, TestApp, account_key,
    catalogue::{self, Authentication, Operation, Requires, Tenancy},
};
use roster_domain::{CodePurpose, Role};
use serde_json::Value;

/// Somebody of the other account, or somebody who does not exist.
struct Stranger {
    person: Person,
    code: String,
    /// A user who is merely invited does not.
    logs_in: bool,
}

impl Stranger {
    fn fulfils(&self, requires: Requires) -> bool {
        match requires {
            Requires::Nothing | Requires::OwnToken | Requires::ResetCode | Requires::UndoCode => {
                true
            }
            Requires::Username => self.person.username.is_some(),
            Requires::LoginByAddress => self.logs_in,
        }
    }
}

/// Two accounts.
struct Scene {
    app: TestApp,
    /// Owner of the one: the caller.
    eve: Person,
    /// A colleague of Eve's.
    frank: Stranger,
    /// People of the other, each with somebody who does not exist, of nearly the same id: a
    /// position in a list is the same for both.
    strangers: Vec<(Stranger, Stranger)>,
}

impl Scene {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let mut strangers = Vec::new();
        let ada = app.owner("ada").await;
        let barbara = app.invited(&ada, "barbara", Role::User).await;
        let hedy = app.add(&ada, "hedy").role(Role::Admin).username("hedy");
        let hedy = hedy.deactivated().await;
        strangers.push(pair(&app, &ada, CodePurpose::Verification).await);
        let (mut barbara, nobody) = pair(&app, &barbara, CodePurpose::Invitation).await;
        barbara.logs_in = false;
        strangers.push((barbara, nobody));
        strangers.push(pair(&app, &hedy, CodePurpose::Invitation).await);
        let eve = app.owner("eve").await;
        let frank = app.add(&eve, "frank").username("frank").await;
        for number in 0..3 {
            let name = format!("colleague{number}");
            app.member(&eve, &name, Role::User).await;
        }
        // Somebody younger than all of the caller's account.
        let zoe = app.add(&ada, "zoe").username("zoe").await;
        strangers.push(pair(&app, &zoe, CodePurpose::Invitation).await);
        Self {
            app,
            eve,
            frank: stranger(frank, String::new()),
            strangers,
        }
    }

    /// All that the store holds, but for the caller's account, and the counts of wrong and forgotten
    /// passwords, which are kept for every name alike.
    fn others_items(&self, caller: &Person) -> Vec<((String, String), Value)> {
        let own = [&self.eve, caller].map(|person| account_key(&person.account));
        let mut items = self.app.items();
        items.retain(|(pk, _), _| {
            !own.contains(pk) && !pk.starts_with("ATTEMPTS#") && !pk.starts_with("FORGOT#")
        });
        items.into_iter().collect()
    }

    async fn actors(
        &self,
        operation: &Operation,
        caller: &Person,
        target: &Stranger,
    ) -> Actors<'_> {
        let caller = match operation.requires {
            Requires::OwnToken => self.app.with_another_token(caller).await,
            _ => caller.clone(),
        };
        Actors {
            app: &self.app,
            caller,
            target: target.person.clone(),
            code: target.code.clone(),
        }
    }

    /// The answer to a request that names a stranger must be the one that names somebody else of
    /// whom the caller may know, or who does not exist.
    async fn check(
        &self,
        operation: &Operation,
        caller: &Person,
        (stranger, unknown): &(Stranger, Stranger),
    ) {
        let name = operation.name();
        let (status, other) = match operation.tenancy {
            Tenancy::NamesUser { stranger, .. } => (Some(stranger), unknown),
            Tenancy::NamesAlike(status) => (Some(status), unknown),
            Tenancy::ClaimsLogin => (Some(409), &self.frank),
            Tenancy::AddsAddress => (Some(200), unknown),
            Tenancy::NamesNobody => (None, unknown),
        };
        let actors = self.actors(operation, caller, stranger).await;
        let (reply, requests) = self.app.requests(operation.call(&actors)).await;
        let is_expected = status.map_or(reply.status < 300, |status| reply.status == status);
        assert!(is_expected, "{name}: {reply:?}");
        let actors = self.actors(operation, caller, other).await;
        let alike = operation.call(&actors).await;
        if operation.tenancy == Tenancy::AddsAddress {
            // They have ids and addresses of their own.
            assert_eq!(reply.status, alike.status, "{name}");
        } else {
            let (reply, alike) = (told(&reply, stranger), told(&alike, other));
            assert_eq!(reply, alike, "{name}");
        }
        // Whoever has a token is kept to their account by the keys that are asked for.
        if operation.authentication == Authentication::Token {
            let own_attempts = self.app.attempts_keys(caller).await;
            for partition in requests.iter().flat_map(partitions) {
                let own = partition == account_key(&caller.account);
                let claimed = operation.tenancy == Tenancy::ClaimsLogin;
                let login = claimed && partition.starts_with("EMAIL#");
                let attempts = own_attempts.contains(&partition);
                let allowed = own || login || attempts;
                assert!(allowed, "{name} asked for {partition}");
            }
        }
    }
}

fn stranger(person: Person, code: String) -> Stranger {
    Stranger {
        person,
        code,
        logs_in: true,
    }
}

async fn pair(app: &TestApp, person: &Person, purpose: CodePurpose) -> (Stranger, Stranger) {
    let unknown = app.unknown(person, "unknown");
    let unknown = Person {
        email: format!("no-{}", person.email),
        username: person.username.as_ref().map(|name| format!("no-{name}")),
        ..unknown
    };
    let code = app.any_code(purpose, person).await;
    let no_code = app.any_code(purpose, &unknown).await;
    (stranger(person.clone(), code), stranger(unknown, no_code))
}

/// All of a reply but its request id, and but for the way back from an empty page, which is made from
/// the cursor that the request itself named.
fn told(reply: &Reply, target: &Stranger) -> String {
    let mut headers = reply.headers.clone();
    headers.remove("x-request-id");
    let mut text = format!("{} {headers:?} {}", reply.status, reply.text);
    for back in target.person.ways_back() {
        text = text.replace(&back, "BACK");
    }
    text
}

/// The partitions that a request to the store names.
fn partitions(request: &Recorded) -> Vec<String> {
    let body = &request.body;
    let key = |at: &Value| at["PK"]["S"].as_str().map(str::to_owned);
    let values = &body["ExpressionAttributeValues"];
    let mut found: Vec<_> = [&body["Key"], &body["Item"], &body["ExclusiveStartKey"]]
        .into_iter()
        .filter_map(key)
        .collect();
    found.extend(values[":account"]["S"].as_str().map(str::to_owned));
    for table in body["RequestItems"].as_object().into_iter().flatten() {
        found.extend(table.1["Keys"].as_array().unwrap().iter().filter_map(key));
    }
    for step in body["TransactItems"].as_array().into_iter().flatten() {
        for write in step.as_object().unwrap().values() {
            found.extend([&write["Key"], &write["Item"]].into_iter().filter_map(key));
        }
    }
    assert!(!found.is_empty(), "no key in {body}");
    found
}

#[tokio::test]
async fn another_account_is_as_if_it_were_not_there() {
    let scene = Scene::start().await;
    let app = &scene.app;
    for (number, operation) in catalogue::operations().enumerate() {
        // Without a token and without a name it is about the target alone.
        let by_token = operation.authentication == Authentication::Token;
        if operation.tenancy == Tenancy::NamesNobody && !by_token {
            continue;
        }
        let caller = match operation.tenancy {
            // Each puts the same addresses into an account.
            Tenancy::AddsAddress => app.account(&format!("mallory{number}")).await,
            _ => scene.eve.clone(),
        };
        let before = scene.others_items(&caller);
        for strangers in &scene.strangers {
            if strangers.0.fulfils(operation.requires) {
                scene.check(operation, &caller, strangers).await;
            }
        }
        let after = scene.others_items(&caller);
        assert!(after == before, "{} changed something", operation.name());
    }
}

/// Otherwise the catalogue could name nobody at all.
#[tokio::test]
async fn a_colleague_is_there() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    for (number, operation) in catalogue::operations().enumerate() {
        if let Tenancy::NamesUser { colleague, .. } = operation.tenancy {
            let name = format!("alan{number}");
            let target = app.add(&ada, &name).username(&name).await;
            let actors = Actors {
                app: &app,
                caller: ada.clone(),
                target,
                code: String::new(),
            };
            let reply = operation.call(&actors).await;
            assert_eq!(reply.status, colleague, "{}: {reply:?}", operation.name());
        }
    }
}
