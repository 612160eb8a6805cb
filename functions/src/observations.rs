use roster_domain::{SecretHash, User, UserKey};
use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering},
};

/// What becomes known of a request while it is handled, for its log line and the metrics in it.
#[derive(Debug, Default)]
pub(crate) struct Observations {
    /// The user who sent it, and whether with a named token.
    caller: OnceLock<(UserKey, bool)>,
    logged_in: AtomicBool,
    failed_login: AtomicBool,
    locked: AtomicBool,
}

impl Observations {
    /// Notes who sent the request.
    pub(crate) fn set_caller(&self, user: &User, token: Option<&SecretHash>) {
        let is_named = token.is_some_and(|token| user.is_named_token(token));
        // The same one, if the request is handled again.
        self.caller.get_or_init(|| (user.key(), is_named));
    }

    /// Whether the request came with a named token.
    pub(crate) fn has_named_token(&self) -> bool {
        self.caller.get().is_some_and(|(_, is_named)| *is_named)
    }

    /// The user who sent the request, if that is known.
    pub(crate) fn caller(&self) -> Option<UserKey> {
        self.caller.get().map(|(caller, _)| *caller)
    }

    /// Notes that somebody got a token.
    pub(crate) fn log_in(&self) {
        self.logged_in.store(true, Ordering::Relaxed);
    }

    /// Notes a wrong password, and whether the name is locked by it.
    pub(crate) fn fail_login(&self, locks: bool) {
        self.failed_login.store(true, Ordering::Relaxed);
        self.locked.fetch_or(locks, Ordering::Relaxed);
    }

    /// 1 if somebody got a token.
    pub(crate) fn logins(&self) -> Option<u64> {
        count(&self.logged_in)
    }

    /// 1 if there was a wrong password.
    pub(crate) fn failed_logins(&self) -> Option<u64> {
        count(&self.failed_login)
    }

    /// 1 if a name was locked.
    pub(crate) fn lockouts(&self) -> Option<u64> {
        count(&self.locked)
    }
}

fn count(observed: &AtomicBool) -> Option<u64> {
    observed.load(Ordering::Relaxed).then_some(1)
}
