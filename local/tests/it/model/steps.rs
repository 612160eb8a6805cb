//! The steps of a sequence: which there are, how they are chosen, and how a request is sent.

use super::state::{Model, User};
use crate::testkit::{Call, PASSWORD, TestApp};
use proptest::{collection::vec, option, prelude::*, sample::select};
use roster_domain::Role;
use serde_json::{Value, json};
use std::{ops::Range, time::Duration};

/// A user, by the order in which the users came to be, over all accounts. Perhaps nobody yet.
pub type Who = usize;

/// An address, by its number. The cast has the first ones.
pub type Address = usize;

/// The users who are there before the first step.
pub const CAST: usize = 6;

/// Some addresses that nobody has at first.
pub const ADDRESSES: usize = 10;

pub const PERMISSIONS: [&str; 5] = [
    "accountManagement",
    "userManagement",
    "addBeacons",
    "toggleBeacons",
    "viewMetrics",
];

/// No user has it.
const NO_ID: &str = "01a1ff43-dd00-728c-8eaf-30bad7c3dfc5";

#[derive(Clone, Debug)]
pub enum Step {
    /// One request, or several that are sent at once.
    Send(Vec<Request>),
    /// Requests that are sent at once, of which none writes before all have read: the worst moment.
    Race(Vec<Request>),
    Wait(Duration),
}

#[derive(Clone, Debug)]
pub struct Request {
    pub by: Caller,
    pub what: What,
}

#[derive(Clone, Copy, Debug)]
pub enum Caller {
    Nobody,
    /// By the newest token that the user was given, or by the first one.
    Token(Who, Age),
    /// By address, and the right password or a wrong one.
    Password(Address, bool),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Age {
    First,
    Newest,
}

/// How a body names a user.
#[derive(Clone, Copy, Debug)]
pub enum Named {
    Id(Who),
    Address(Address),
}

/// A change of a user: of the alias, the first name or the surname, as the API has it, and of the
/// address. `Some(None)` clears the name.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    pub name: Option<Option<u8>>,
    pub address: Option<Address>,
}

#[derive(Clone, Copy, Debug)]
pub enum What {
    GetProfile,
    UpdateProfile(Change),
    Create(Address, Role, bool),
    Get(Option<Named>),
    Find(Option<Named>),
    Login,
    Register(Address),
    UseCode(Who, Age),
    Remove(Named),
    Update(Option<Who>, Change),
    SetRole(Who, Role, bool),
    ListMembers,
    GetMember(Who),
    Invite(Address),
    UpdateMember(Who, Change),
    SetPermission(Who, &'static str, bool),
    Activate(Who),
    Deactivate(Who),
    /// With the username of the same number.
    SignUp(Address),
    GetAccount(Address),
    UpdateAccount(Address, Option<Address>),
}

/// Whom the requests of a step are about. Requests that are sent at once rarely meet if it is everybody.
#[derive(Clone, Copy)]
enum Crowd {
    All,
    Few,
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec(step(), 1..=10)
}

fn step() -> impl Strategy<Value = Step> {
    let minutes = select(vec![11, 24 * 60, 7 * 24 * 60, 90 * 24 * 60]);
    prop_oneof![
        12 => vec(request(Crowd::All), 1).prop_map(Step::Send),
        2 => vec(request(Crowd::All), 1..=3).prop_map(Step::Send),
        1 => vec(request(Crowd::Few), 1..=3).prop_map(Step::Send),
        5 => vec(request(Crowd::Few), 1..=3).prop_map(Step::Race),
        1 => minutes.prop_map(|minutes| Step::Wait(Duration::from_secs(60) * minutes)),
    ]
}

fn request(crowd: Crowd) -> impl Strategy<Value = Request> {
    let with_token = (who(crowd), age()).prop_map(|(who, age)| Caller::Token(who, age));
    let with_password = (address(crowd), any::<bool>())
        .prop_map(|(address, right)| Caller::Password(address, right));
    let request = |(by, what)| Request { by, what };
    // A password takes its time to be hashed: few requests have one.
    prop_oneof![
        120 => (with_token, with_a_token(crowd)).prop_map(request),
        2 => (with_password, with_a_password(crowd)).prop_map(request),
        1 => (Just(Caller::Nobody), in_public(crowd)).prop_map(request),
        6 => (Just(Caller::Nobody), with_a_code(crowd)).prop_map(request),
    ]
}

fn with_a_token(crowd: Crowd) -> impl Strategy<Value = What> {
    let update_own = (option::of(who(crowd)), change(crowd));
    prop_oneof![
        1 => Just(What::GetProfile),
        2 => change(crowd).prop_map(What::UpdateProfile),
        3 => (address(crowd), role(), any::<bool>())
            .prop_map(|(address, role, invite)| What::Create(address, role, invite)),
        1 => option::of(named(crowd)).prop_map(What::Get),
        1 => option::of(named(crowd)).prop_map(What::Find),
        1 => Just(What::Login),
        3 => named(crowd).prop_map(What::Remove),
        3 => update_own.prop_map(|(who, change)| What::Update(who, change)),
        5 => (who(crowd), role(), any::<bool>())
            .prop_map(|(who, role, invite)| What::SetRole(who, role, invite)),
        1 => Just(What::ListMembers),
        1 => who(crowd).prop_map(What::GetMember),
        4 => address(crowd).prop_map(What::Invite),
        4 => (who(crowd), change(crowd)).prop_map(|(who, change)| What::UpdateMember(who, change)),
        4 => (who(crowd), select(&PERMISSIONS[..]), any::<bool>())
            .prop_map(|(who, permission, granted)| What::SetPermission(who, permission, granted)),
        3 => who(crowd).prop_map(What::Activate),
        5 => who(crowd).prop_map(What::Deactivate),
        1 => with_a_password(crowd),
    ]
}

fn with_a_password(crowd: Crowd) -> impl Strategy<Value = What> {
    prop_oneof![
        4 => Just(What::Login),
        1 => address(crowd).prop_map(What::GetAccount),
        1 => (address(crowd), option::of(address(crowd)))
            .prop_map(|(username, address)| What::UpdateAccount(username, address)),
    ]
}

fn in_public(crowd: Crowd) -> impl Strategy<Value = What> {
    prop_oneof![
        address(crowd).prop_map(What::Register),
        address(crowd).prop_map(What::SignUp),
    ]
}

fn with_a_code(crowd: Crowd) -> impl Strategy<Value = What> {
    let newcomer = match crowd {
        Crowd::All => CAST..CAST + 3,
        Crowd::Few => CAST..CAST + 1,
    };
    let who = prop_oneof![1 => who(crowd), 4 => newcomer];
    (who, age()).prop_map(|(who, age)| What::UseCode(who, age))
}

fn who(crowd: Crowd) -> BoxedStrategy<Who> {
    match crowd {
        Crowd::All => prop_oneof![4 => 0..CAST, 1 => CAST..CAST + 3].boxed(),
        Crowd::Few => prop_oneof![4 => 0..3usize, 1 => CAST..CAST + 1].boxed(),
    }
}

fn age() -> impl Strategy<Value = Age> {
    prop_oneof![4 => Just(Age::Newest), 1 => Just(Age::First)]
}

fn address(crowd: Crowd) -> Range<Address> {
    match crowd {
        Crowd::All => 0..ADDRESSES,
        Crowd::Few => CAST - 1..CAST + 1,
    }
}

fn role() -> impl Strategy<Value = Role> {
    select(&Role::ALL[..])
}

fn named(crowd: Crowd) -> impl Strategy<Value = Named> {
    prop_oneof![
        2 => who(crowd).prop_map(Named::Id),
        1 => address(crowd).prop_map(Named::Address),
    ]
}

fn change(crowd: Crowd) -> impl Strategy<Value = Change> {
    let name = option::of(option::of(0..5u8));
    (name, option::of(address(crowd))).prop_map(|(name, address)| Change { name, address })
}

pub fn email(address: Address) -> String {
    format!("{}@example.com", username(address))
}

pub fn username(address: Address) -> String {
    format!("person{address}")
}

pub fn name(name: u8) -> String {
    format!("Name {name}")
}

impl Request {
    /// As it is sent, with the ids, tokens and codes that are known before it.
    pub fn call(&self, app: &TestApp, model: &Model) -> Call {
        let call = match self.what {
            What::GetProfile => app.get("/v2/user"),
            What::UpdateProfile(change) => app
                .put("/v2/user")
                .json(change.body("user_alias", "email1")),
            What::Create(address, role, invite) => app
                .post("/user/create")
                .json(json!({ "email": email(address), "role": role, "sendInvite": invite })),
            What::Get(named) => app.post("/user/get").json(selector(model, named)),
            What::Find(named) => app.post("/user/find").json(selector(model, named)),
            What::Login => app.post("/user/login"),
            What::Register(address) => app
                .post("/user/login")
                .basic(&email(address), PASSWORD)
                .json(json!({ "register": true })),
            What::UseCode(who, age) => {
                let code = model.users.get(who).and_then(|user| user.code(age));
                let (address, code) = code.map_or((0, "none"), |code| (code.address, &code.text));
                app.post("/user/login")
                    .basic(&email(address), PASSWORD)
                    .json(json!({ "invite": code, "register": true }))
            }
            What::Remove(named) => app.post("/user/remove").json(selector(model, Some(named))),
            What::Update(who, change) => {
                let mut body = change.body("first", "email");
                if let Some(who) = who {
                    body["id"] = json!(id(model, who));
                }
                app.post("/user/update").json(body)
            }
            What::SetRole(who, role, invite) => app
                .post("/user/updateRole")
                .json(json!({ "id": id(model, who), "role": role, "sendInvite": invite })),
            What::ListMembers => app.get("/api/v2/users"),
            What::GetMember(who) => app.get(&member(model, who, "")),
            What::Invite(address) => app
                .post("/api/v2/users")
                .json(json!({ "email": email(address) })),
            What::UpdateMember(who, change) => app
                .call("PATCH", &member(model, who, ""))
                .json(change.body("lastName", "email")),
            What::SetPermission(who, permission, granted) => app
                .post(&member(model, who, "/perms"))
                .json(json!({ permission: granted })),
            What::Activate(who) => app.post(&member(model, who, "/activate")),
            What::Deactivate(who) => app.post(&member(model, who, "/deactivate")),
            What::SignUp(address) => app.post("/rest/users").json(json!({
                "username": username(address), "email": email(address), "password": PASSWORD,
            })),
            What::GetAccount(of) => app.get(&format!("/rest/users/{}", username(of))),
            What::UpdateAccount(of, address) => app
                .put(&format!("/rest/users/{}", username(of)))
                .json(address.map_or(json!({}), |address| json!({ "email": email(address) }))),
        };
        match self.by {
            Caller::Nobody => call,
            Caller::Password(address, right) => {
                call.basic(&email(address), if right { PASSWORD } else { "wrong" })
            }
            Caller::Token(who, age) => {
                let token = model.users.get(who).and_then(|user| user.token(age));
                call.bearer(token.map_or("none", |token| &token.text))
            }
        }
    }
}

impl Change {
    fn body(self, name_field: &str, address_field: &str) -> Value {
        let mut body = json!({});
        if let Some(changed) = self.name {
            body[name_field] = json!(changed.map(name));
        }
        if let Some(address) = self.address {
            body[address_field] = json!(email(address));
        }
        body
    }
}

fn id(model: &Model, who: Who) -> &str {
    model.users.get(who).map_or(NO_ID, |user: &User| &user.id)
}

fn member(model: &Model, who: Who, rest: &str) -> String {
    format!("/api/v2/users/{}{rest}", id(model, who))
}

fn selector(model: &Model, named: Option<Named>) -> Value {
    match named {
        None => json!({}),
        Some(Named::Id(who)) => json!({ "id": id(model, who) }),
        // Addresses are compared in any case.
        Some(Named::Address(address)) => json!({ "email": email(address).to_uppercase() }),
    }
}
