//! Every request that the tests of roles, tenancy, round trips and authentication make of every
//! endpoint, with what is expected of it. A new endpoint gets its place here, and nowhere else.

mod accounts;
mod auth;
mod directory;
mod members;
mod profile;

use super::{Actors, Call, Target, documented_endpoints, endpoints};
use std::collections::BTreeSet;

/// Endpoints without an operation of their own: a page names nobody and asks nothing of the store,
/// and the default route answers with the operations of others.
const WITHOUT_OPERATIONS: [&str; 3] = ["default-route", "join-page", "reset-page"];

/// One kind of request.
pub struct Operation {
    pub endpoint: &'static str,
    /// Tells it from the endpoint's other operations, for people who read a failure.
    pub case: &'static str,
    pub authentication: Authentication,
    /// The request, without the caller's token.
    pub request: fn(&Actors) -> Call,
    /// What the target must have to be named by it, or the caller to send it.
    pub requires: Requires,
    pub tenancy: Tenancy,
    /// The status that each caller gets for each target, in the order of
    /// [`Caller::ALL`](super::Caller::ALL). Without any, it has nothing to do with roles.
    pub statuses: &'static [(Target, [u16; 5])],
    /// What an owner's request asks the store, for each of these targets.
    pub rounds: &'static [(Target, Rounds)],
    /// Whether its caller is gone afterwards, or their account closed: then each request has a caller
    /// in an account of its own. See [`TestApp::caller_of`](super::TestApp::caller_of).
    pub ends_caller: bool,
}

/// Operations of the store that are sent side by side, sorted; those of the next round wait for an
/// answer to them.
pub type Rounds = &'static [&'static [&'static str]];

pub const GET: &str = "GetItem";
pub const BATCH: &str = "BatchGetItem";
pub const QUERY: &str = "Query";
pub const UPDATE: &str = "UpdateItem";
pub const TRANSACT: &str = "TransactWriteItems";

/// How a caller is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Authentication {
    /// By a token, which is added to the request.
    Token,
    /// By a name and a password, which are in the request.
    Password,
    /// Not at all: anybody may ask.
    Public,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Requires {
    Nothing,
    /// The target has a username.
    Username,
    /// The target logs in by their address.
    LoginByAddress,
    /// The code is one to choose a new password with.
    ResetCode,
    /// The code is one to take back a change of address with.
    UndoCode,
    /// The caller has a token for this one request, which ends with it.
    OwnToken,
}

/// What a request tells of people of other accounts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tenancy {
    /// It names a user. A stranger gets the status that a user gets who does not exist.
    NamesUser { stranger: u16, colleague: u16 },
    /// It names a user, and the status is the same for colleagues: it names only a position in a
    /// list, say, or only the caller can be named.
    NamesAlike(u16),
    /// It claims an address or a username to log in with. These are unique in the whole system: one
    /// that a stranger has is in use like that of a colleague.
    ClaimsLogin,
    /// It puts an address into the account, where it may be whatever other accounts have.
    AddsAddress,
    /// It names nobody but the caller.
    NamesNobody,
}

/// What most requests are like: what one is not is said beside it.
const BY_TOKEN: Operation = Operation {
    endpoint: "",
    case: "",
    authentication: Authentication::Token,
    request: |_| unreachable!("every operation has a request"),
    requires: Requires::Nothing,
    tenancy: Tenancy::NamesNobody,
    statuses: &[],
    rounds: &[],
    ends_caller: false,
};

const BY_PASSWORD: Operation = Operation {
    authentication: Authentication::Password,
    ..BY_TOKEN
};

const PUBLIC: Operation = Operation {
    authentication: Authentication::Public,
    ..BY_TOKEN
};

/// Statuses that depend on the role alone, whatever permissions a user has.
const fn by_role(user: u16, admin: u16, owner: u16) -> [u16; 5] {
    [user, user, user, admin, owner]
}

/// The APIs that have operations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Api {
    Profile,
    Directory,
    Members,
    Accounts,
    Auth,
}

impl Api {
    pub const ALL: [Self; 5] = [
        Self::Profile,
        Self::Directory,
        Self::Members,
        Self::Accounts,
        Self::Auth,
    ];

    pub fn operations(self) -> impl Iterator<Item = &'static Operation> {
        let files: &[&[Operation]] = match self {
            Self::Profile => &[profile::OPERATIONS],
            Self::Directory => &[directory::OPERATIONS],
            Self::Members => &[members::OPERATIONS],
            Self::Accounts => &[accounts::OPERATIONS],
            Self::Auth => auth::OPERATIONS,
        };
        files.iter().copied().flatten()
    }
}

/// All of them.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    Api::ALL.into_iter().flat_map(Api::operations)
}

impl Operation {
    /// The request as the caller sends it.
    pub fn call(&self, actors: &Actors) -> Call {
        let call = (self.request)(actors);
        match self.authentication {
            Authentication::Token => call.bearer(&actors.caller.token),
            Authentication::Password | Authentication::Public => call,
        }
    }

    pub fn name(&self) -> String {
        format!("{}, {}", self.endpoint, self.case)
    }
}

/// The endpoints of the operations that `keep` picks must be all that have operations, but for
/// `exceptions`.
#[track_caller]
pub fn expect_every_endpoint(keep: impl Fn(&Operation) -> bool, exceptions: &[&str]) {
    let found: BTreeSet<_> = operations()
        .filter(|operation| keep(operation))
        .map(|operation| operation.endpoint)
        .collect();
    let mut expected = endpoints();
    expected.retain(|endpoint| !WITHOUT_OPERATIONS.contains(endpoint));
    expected.retain(|endpoint| !exceptions.contains(endpoint));
    assert_eq!(found, expected);
}

#[test]
fn every_endpoint_has_its_place_in_the_catalogue() {
    expect_every_endpoint(|_| true, &[]);
    let mut documented = endpoints();
    documented.retain(|endpoint| !WITHOUT_OPERATIONS.contains(endpoint));
    assert_eq!(documented, documented_endpoints());
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let names: BTreeSet<_> = operations().map(Operation::name).collect();
    assert_eq!(names.len(), operations().count());
}

/// Statuses are for one request that names nobody in particular, or for every target there is.
#[test]
fn every_table_of_statuses_is_whole() {
    for operation in operations() {
        let targets = operation.statuses.iter().map(|(target, _)| *target);
        let targets: Vec<_> = targets.collect();
        let unspecific = [Target::Nobody, Target::Unknown];
        let is_whole = match targets[..] {
            [] => true,
            [only] => unspecific.contains(&only),
            _ => Target::ALL.iter().all(|target| targets.contains(target)),
        };
        assert!(is_whole, "{}: {targets:?}", operation.name());
    }
}
