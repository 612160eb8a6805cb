//! What the directory API lets a user, an admin and an owner do, by target.

use crate::testkit::{
    Target,
    Target::{Deactivated, Invited, Member, Unknown},
    catalogue::by_role,
};
use roster_domain::Role::{Admin, Owner, User};

pub(super) const SHOWN: &[(Target, [u16; 5])] = &[
    (Target::Caller, by_role(200, 200, 200)),
    (Member(User), by_role(403, 200, 200)),
    (Member(Admin), by_role(403, 200, 200)),
    (Member(Owner), by_role(403, 200, 200)),
    (Invited, by_role(403, 200, 200)),
    (Deactivated(User), by_role(403, 200, 200)),
    (Unknown, by_role(403, 404, 404)),
];

pub(super) const FOUND: &[(Target, [u16; 5])] = &[
    (Target::Caller, by_role(403, 200, 200)),
    (Member(User), by_role(403, 200, 200)),
    (Member(Admin), by_role(403, 200, 200)),
    (Member(Owner), by_role(403, 200, 200)),
    (Invited, by_role(403, 200, 200)),
    (Deactivated(User), by_role(403, 200, 200)),
    (Unknown, by_role(403, 200, 200)),
];

pub(super) const UPDATED: &[(Target, [u16; 5])] = &[
    (Target::Caller, by_role(200, 200, 200)),
    (Member(User), by_role(403, 200, 200)),
    (Member(Admin), by_role(403, 200, 200)),
    (Member(Owner), by_role(403, 403, 200)),
    (Invited, by_role(403, 200, 200)),
    (Deactivated(User), by_role(403, 200, 200)),
    (Unknown, by_role(403, 404, 404)),
];

pub(super) const MADE_USER_OR_ADMIN: &[(Target, [u16; 5])] = &[
    (Target::Caller, by_role(403, 200, 200)),
    (Member(User), by_role(403, 200, 200)),
    (Member(Admin), by_role(403, 200, 200)),
    (Member(Owner), by_role(403, 403, 200)),
    (Invited, by_role(403, 200, 200)),
    (Deactivated(User), by_role(403, 200, 200)),
    (Unknown, by_role(403, 404, 404)),
];

pub(super) const MADE_OWNER: &[(Target, [u16; 5])] = &[
    (Target::Caller, by_role(403, 403, 200)),
    (Member(User), by_role(403, 403, 200)),
    (Member(Admin), by_role(403, 403, 200)),
    (Member(Owner), by_role(403, 403, 200)),
    (Invited, by_role(403, 403, 200)),
    (Deactivated(User), by_role(403, 403, 200)),
    (Unknown, by_role(403, 403, 404)),
];

pub(super) const REMOVED: &[(Target, [u16; 5])] = &[
    (Target::Caller, by_role(403, 204, 204)),
    (Member(User), by_role(403, 204, 204)),
    (Member(Admin), by_role(403, 204, 204)),
    (Member(Owner), by_role(403, 403, 204)),
    (Invited, by_role(403, 204, 204)),
    (Deactivated(User), by_role(403, 204, 204)),
    (Unknown, by_role(403, 404, 404)),
];
