//! The people of a request: its caller, and the user whom it names.

use super::{
    Call, PASSWORD, Person, TestApp,
    catalogue::{Operation, Requires},
};
use roster_domain::{CodePurpose, Permissions, Role};

/// The people of one request.
pub struct Actors<'a> {
    pub app: &'a TestApp,
    pub caller: Person,
    /// The user whom it names, by id, address, username, code or place in a list.
    pub target: Person,
    /// A code that was mailed to the target.
    pub code: String,
}

impl Actors<'_> {
    pub fn get(&self, path: &str) -> Call {
        self.app.get(path)
    }

    pub fn post(&self, path: &str) -> Call {
        self.app.post(path)
    }

    pub fn put(&self, path: &str) -> Call {
        self.app.put(path)
    }

    pub fn patch(&self, path: &str) -> Call {
        self.app.call("PATCH", path)
    }

    pub fn delete(&self, path: &str) -> Call {
        self.app.call("DELETE", path)
    }

    /// The caller's name, to log in with.
    pub fn username(&self) -> &str {
        username(&self.caller)
    }

    pub fn target_username(&self) -> &str {
        username(&self.target)
    }

    /// An address that nobody has.
    pub fn new_email(&self) -> String {
        format!("new-{}", self.target.email)
    }

    /// A username that nobody has.
    pub fn new_username(&self) -> String {
        format!("new{}", &self.target.id[24..])
    }

    /// A login that is right.
    pub fn log_in(&self) -> Call {
        self.post("/user/login").basic(&self.caller.email, PASSWORD)
    }
}

fn username(person: &Person) -> &str {
    let username = person.username.as_deref();
    username.unwrap_or_else(|| panic!("{person:?} has no username"))
}

/// A user, by what they may do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Caller {
    /// With the permissions that everybody starts with.
    User,
    /// Also with `userManagement`.
    Manager,
    /// With all five permissions.
    AllPermissions,
    Admin,
    Owner,
}

impl Caller {
    /// In the order of the columns of every table of statuses.
    pub const ALL: [Self; 5] = [
        Self::User,
        Self::Manager,
        Self::AllPermissions,
        Self::Admin,
        Self::Owner,
    ];

    fn role_and_permissions(self) -> (Role, Permissions) {
        match self {
            Self::User => (Role::User, Permissions::INITIAL),
            Self::Manager => {
                let permissions = Permissions {
                    user_management: true,
                    ..Permissions::INITIAL
                };
                (Role::User, permissions)
            }
            Self::AllPermissions => (Role::User, Permissions::ALL),
            // What was set for them before they were promoted takes nothing from them.
            Self::Admin => (Role::Admin, Permissions::default()),
            Self::Owner => (Role::Owner, Permissions::default()),
        }
    }
}

/// The user whom a request names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// It names none.
    Nobody,
    /// The caller.
    Caller,
    /// An active user of this role.
    Member(Role),
    /// A user who has yet to accept their invitation.
    Invited,
    /// A user of this role whose access was taken away.
    Deactivated(Role),
    /// A user whose access was taken away before they accepted their invitation.
    Withdrawn,
    /// A user who does not exist.
    Unknown,
}

impl Target {
    /// A request that names a user has an expected status for each of these.
    pub const ALL: [Self; 7] = [
        Self::Caller,
        Self::Member(Role::User),
        Self::Member(Role::Admin),
        Self::Member(Role::Owner),
        Self::Invited,
        Self::Deactivated(Role::User),
        Self::Unknown,
    ];
}

impl TestApp {
    /// The owner who calls `operation`: `owner`, or if it ends its caller, another one, alone in an
    /// account of their own.
    pub async fn caller_of(&self, operation: &Operation, owner: &Person, name: &str) -> Person {
        match operation.ends_caller {
            false => owner.clone(),
            true => self.owner(&format!("owner-of-{name}")).await,
        }
    }

    /// A member of `owner`'s account, with a username and [`PASSWORD`].
    pub async fn caller(&self, owner: &Person, caller: Caller, name: &str) -> Person {
        let (role, permissions) = caller.role_and_permissions();
        let member = self.add(owner, name).role(role).username(name);
        let member = member.permissions(permissions).with_password();
        member.await
    }

    /// A target in the account of `caller`, who is found by `name`.
    pub async fn target(
        &self,
        caller: &Person,
        target: Target,
        name: &str,
        requires: Requires,
    ) -> Person {
        let mut member = self.add(caller, name);
        if requires == Requires::Username {
            member = member.username(name);
        }
        match target {
            Target::Caller => caller.clone(),
            Target::Nobody | Target::Unknown => Person {
                username: Some(name.to_owned()),
                ..self.unknown(caller, name)
            },
            Target::Member(role) => member.role(role).await,
            Target::Invited => member.invited().await,
            Target::Deactivated(role) => member.role(role).deactivated().await,
            Target::Withdrawn => member.invited().deactivated().await,
        }
    }

    /// A caller and a target of theirs, with the code that the target was mailed.
    pub async fn actors(
        &self,
        caller: &Person,
        target: Target,
        name: &str,
        requires: Requires,
    ) -> Actors<'_> {
        let target = self.target(caller, target, name, requires).await;
        let code = match requires {
            Requires::ResetCode => self.reset_code(&target).await,
            Requires::UndoCode => self.undo_code(&target).await,
            _ => self.any_code(CodePurpose::Invitation, &target).await,
        };
        let caller = match requires {
            Requires::OwnToken => self.with_another_token(caller).await,
            _ => caller.clone(),
        };
        Actors {
            app: self,
            caller,
            code,
            target,
        }
    }
}
