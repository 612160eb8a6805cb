//! `/auth/tokens`

use super::super::{BY_TOKEN, GET, Operation, Target::Nobody};

pub const OPERATIONS: &[Operation] = &[Operation {
    endpoint: "auth-list-tokens",
    case: "one's own",
    request: |a| a.get("/auth/tokens"),
    statuses: &[(Nobody, [200; 5])],
    rounds: &[(Nobody, &[&[GET]])],
    ..BY_TOKEN
}];
