//! Which user is calling, by which credential, and which user the call is about.

mod access;
mod activity;
mod codes;
mod credentials;
mod passwords;
mod registration;
mod selector;

pub(crate) use access::{
    NO_USER_MANAGEMENT, NOT_AN_ADMIN, caller_account_and_member, caller_and_account,
    caller_and_member, caller_member_and_challenge, open_account, require_admin,
    require_may_manage, require_user_management,
};
pub(crate) use activity::record_account_activity;
pub(crate) use codes::{CODE_EXPIRED, CODE_USED, verify_code};
pub(crate) use credentials::{
    BasicAuth, Caller, Credential, NAMED_TOKEN, PASSWORD_REQUIRED, authenticate,
    authenticate_and_read, authenticate_any, authenticate_by_password, presented_token,
    require_login_token,
};
pub(crate) use passwords::{
    Verified, authenticate_password, hash_password, is_password_of, record_attempt, renew_password,
};
pub(crate) use registration::{register, require_sign_up_open};
pub(crate) use selector::{Selected, UserSelector, select_user};
