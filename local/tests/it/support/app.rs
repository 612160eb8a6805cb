use super::{
    reply::{Call, Reply},
    tap::{Asked, Fault, Tap},
};
use axum::{Router, http::Method};
use roster_domain::{Clock, NameHash, Timestamp};
use roster_dynamodb::{Repository, Timeouts};
use roster_functions::{Roster, Settings, SignUp};
use roster_local::{After, EmbeddedStore, Platform, Stream, TABLE, gateway};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt::Display, time::Duration};

/// Good enough for anybody.
pub const PASSWORD: &str = "correct-horse-battery-staple";

/// Roster over its own empty store, at 2026-11-21T18:00:00Z until the clock is moved.
pub struct App {
    pub roster: Roster,
    pub gateway: Router,
    store: EmbeddedStore,
    tap: Tap,
}

/// Someone with a token.
#[derive(Clone, Debug)]
pub struct Person {
    pub account: String,
    pub id: String,
    pub email: String,
    /// Only who signed up by the accounts API has one.
    pub username: Option<String>,
    pub token: String,
}

impl App {
    pub async fn start() -> Self {
        Self::with(Settings::default()).await
    }

    pub async fn with_sign_up_closed() -> Self {
        Self::with(Settings {
            sign_up: SignUp::Closed,
            ..Settings::default()
        })
        .await
    }

    pub async fn with(settings: Settings) -> Self {
        let store = EmbeddedStore::in_memory().await.unwrap();
        let tap = Tap::before(&store.endpoint()).await;
        let start: Timestamp = "2026-11-21T18:00:00.000Z".parse().unwrap();
        let roster = Roster {
            repository: connect(&tap.endpoint(), Timeouts::LOCAL),
            clock: Clock::starting_at(start),
            settings,
        };
        let gateway = gateway(&roster).unwrap();
        Self {
            roster,
            gateway,
            store,
            tap,
        }
    }

    /// The same data, not seen by the tap: for tests that ask very often.
    pub fn untapped(&self) -> Repository {
        connect(&self.store.endpoint(), Timeouts::LOCAL)
    }

    pub fn get(&self, path: &str) -> Call {
        Call::new(&self.gateway, Method::GET, path)
    }

    pub fn post(&self, path: &str) -> Call {
        Call::new(&self.gateway, Method::POST, path)
    }

    pub fn put(&self, path: &str) -> Call {
        Call::new(&self.gateway, Method::PUT, path)
    }

    pub fn call(&self, method: &str, path: &str) -> Call {
        Call::new(&self.gateway, method.parse().unwrap(), path)
    }

    pub fn advance(&self, by: Duration) {
        self.roster.clock.advance(by);
    }

    /// Signs up by the accounts API and logs in: the owner of a new account.
    pub async fn owner(&self, username: &str) -> Person {
        let email = format!("{username}@example.com");
        let body = json!({ "username": username, "email": email, "password": PASSWORD });
        self.post("/rest/users").json(body).await.expect_status(201);
        Person {
            username: Some(username.to_owned()),
            ..self.login(&email).await
        }
    }

    /// Logs in somebody whose password is [`PASSWORD`].
    pub async fn login(&self, email: &str) -> Person {
        let login = self
            .post("/user/login")
            .basic(email, PASSWORD)
            .await
            .expect_status(200)
            .json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Person {
            account: text(&login["account"]["id"]),
            id: text(&login["user"]["id"]),
            email: text(&login["user"]["email"]),
            username: None,
            token: text(&login["token"]["token"]),
        }
    }

    /// Every item of the table, as DynamoDB's own JSON, by `PK` and `SK`.
    pub fn items(&self) -> BTreeMap<(String, String), Value> {
        let text = |item: &Value, name: &str| item[name]["S"].as_str().unwrap().to_owned();
        let mut items = BTreeMap::new();
        let mut start = Value::Null;
        loop {
            let mut request = json!({ "TableName": TABLE });
            if !start.is_null() {
                request["ExclusiveStartKey"] = start;
            }
            let request = serde_json::from_value(request).unwrap();
            let scan = self.store.database().scan(request).unwrap();
            let mut scan = serde_json::to_value(scan).unwrap();
            for item in scan["Items"].as_array().unwrap() {
                items.insert((text(item, "PK"), text(item, "SK")), item.clone());
            }
            start = scan["LastEvaluatedKey"].take();
            if start.is_null() {
                return items;
            }
        }
    }

    /// The stored item of a user, as DynamoDB's own JSON.
    pub fn user_item(&self, person: &Person) -> Option<Value> {
        let pk = format!("ACCOUNT#{}", person.account);
        let sk = format!("USER#{}", person.id);
        self.item(&pk, &sk)
    }

    fn item(&self, pk: &str, sk: &str) -> Option<Value> {
        let key = json!({ "PK": { "S": pk }, "SK": { "S": sk } });
        let request = json!({ "TableName": TABLE, "Key": key });
        let request = serde_json::from_value(request).unwrap();
        let found = self.store.database().get_item(request).unwrap();
        found.item.map(|item| serde_json::to_value(item).unwrap())
    }

    /// Writes attributes of a stored item, beside the front door: `values` are DynamoDB's JSON.
    pub fn store(&self, pk: &str, sk: &str, values: Value) {
        let key = json!({ "PK": { "S": pk }, "SK": { "S": sk } });
        let mut item = self.item(pk, sk).unwrap_or(key);
        for (name, value) in values.as_object().unwrap() {
            item[name] = value.clone();
        }
        self.put_item(item);
    }

    /// So many wrong passwords for a name, just now, beside the front door.
    pub fn lock(&self, name: &str, failures: usize) {
        let pk = format!("ATTEMPTS#{}", NameHash::new(name).as_str());
        let failures: Vec<_> = (0..failures).map(|number| number.to_string()).collect();
        let now = self.roster.clock.now().to_string();
        let values = json!({ "failures": { "SS": failures }, "last_failure": { "S": now } });
        self.store(&pk, "ATTEMPTS", values);
    }

    /// Like [`App::store`], of a user.
    pub fn store_user(&self, account: impl Display, user: impl Display, values: Value) {
        self.store(
            &format!("ACCOUNT#{account}"),
            &format!("USER#{user}"),
            values,
        );
    }

    /// Puts an item, given as DynamoDB's JSON, beside the front door.
    pub fn put_item(&self, item: Value) {
        let request = json!({ "TableName": TABLE, "Item": item });
        self.store
            .database()
            .put_item(serde_json::from_value(request).unwrap())
            .unwrap();
    }

    /// Removes the stored item of a user, beside the front door.
    pub fn forget_user(&self, account: impl Display, user: impl Display) {
        let key = json!({
            "PK": { "S": format!("ACCOUNT#{account}") },
            "SK": { "S": format!("USER#{user}") },
        });
        let request = json!({ "TableName": TABLE, "Key": key });
        self.store
            .database()
            .delete_item(serde_json::from_value(request).unwrap())
            .unwrap();
    }

    /// What the store is asked while `work` runs: each operation's name, in order of arrival.
    pub async fn asked<T>(&self, work: impl Future<Output = T>) -> (T, Vec<String>) {
        self.tap.forget();
        let outcome = work.await;
        (
            outcome,
            self.tap
                .asked()
                .into_iter()
                .map(|asked| asked.operation)
                .collect(),
        )
    }

    /// Like [`App::asked`], with the requests themselves.
    pub async fn requests<T>(&self, work: impl Future<Output = T>) -> (T, Vec<(String, Value)>) {
        self.tap.forget();
        let outcome = work.await;
        let asked = self.tap.asked().into_iter();
        (
            outcome,
            asked.map(|asked| (asked.operation, asked.body)).collect(),
        )
    }

    /// What the store is asked for `call`, each with its [`Asked::depth`], if the store answers
    /// after this `delay`.
    pub async fn round_trips(&self, delay: Duration, call: Call) -> (Reply, Vec<Asked>) {
        self.tap.forget();
        self.tap.answer_slowly(delay);
        let reply = call.await;
        self.tap.answer_slowly(Duration::ZERO);
        (reply, self.tap.asked())
    }

    /// Sends `call`, and does `change` at the moment of its first write: after everything that it
    /// decides on was read.
    pub async fn between_reads_and_writes(&self, call: Call, change: impl FnOnce()) -> Reply {
        let is_write = |operation: &str| !["BatchGetItem", "GetItem", "Query"].contains(&operation);
        self.before(is_write, 0, call, change).await
    }

    async fn before(
        &self,
        stops: fn(&str) -> bool,
        pass: usize,
        call: Call,
        change: impl FnOnce(),
    ) -> Reply {
        let (reached, open) = self.tap.stop(stops, pass);
        let reply = tokio::spawn(async move { call.await });
        reached.await.unwrap();
        change();
        open.send(()).unwrap();
        reply.await.unwrap()
    }

    /// What the account counts as its active owners.
    pub async fn active_owners(&self, person: &Person) -> u32 {
        let account = self
            .roster
            .repository
            .account_get(person.account.parse().unwrap());
        account.await.unwrap().unwrap().active_owners
    }

    /// From now on reaches the store, or whatever else is at `endpoint`, as deployed functions do.
    pub fn deployed(&mut self, endpoint: Option<&str>) {
        let endpoint = endpoint.map_or_else(|| self.tap.endpoint(), str::to_owned);
        self.roster.repository = connect(&endpoint, Timeouts::DEPLOYED);
        self.gateway = gateway(&self.roster).unwrap();
    }

    /// As after another deployment.
    pub fn settings(&mut self, settings: Settings) {
        self.roster.settings = settings;
        self.gateway = gateway(&self.roster).unwrap();
    }

    /// The functions that the stream and the queue feed, with everything that they send out.
    pub async fn after(&self) -> After {
        let platform = Platform::default();
        let url = "https://roster.test";
        After::connect(&self.roster, &self.store, platform, url)
            .await
            .unwrap()
    }

    /// The table's stream.
    pub fn stream(&self) -> Stream {
        Stream::of(self.store.database()).unwrap()
    }

    /// Where the store is, without anything before it.
    pub fn store_endpoint(&self) -> String {
        self.store.endpoint()
    }

    /// What the store does from now on instead of its work.
    pub fn fault(&self, fault: Fault) {
        self.tap.fault(fault);
    }
}

fn connect(endpoint: &str, patience: Timeouts) -> Repository {
    Repository::connect_local(endpoint, TABLE.into(), patience).unwrap()
}
