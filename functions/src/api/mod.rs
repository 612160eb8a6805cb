//! Every endpoint: a folder for each API, and in it a file for each endpoint with its routes,
//! documentation, body, response and handler.

mod account_record;
pub mod accounts;
pub mod auth;
mod changes;
pub mod default_route;
pub mod directory;
mod idempotency;
pub mod members;
mod page_size;
pub mod pages;
mod problem;
pub mod profile;
mod user_state;

use crate::{Endpoint, openapi};

/// Every endpoint. A binary names just its own, so that it links no other.
pub const ENDPOINTS: &[Endpoint] = &[
    profile::get::ENDPOINT,
    profile::update::ENDPOINT,
    directory::create::ENDPOINT,
    directory::find::ENDPOINT,
    directory::get::ENDPOINT,
    directory::login::ENDPOINT,
    directory::remove::ENDPOINT,
    directory::update::ENDPOINT,
    directory::update_role::ENDPOINT,
    members::list::ENDPOINT,
    members::get::ENDPOINT,
    members::invite::ENDPOINT,
    members::update::ENDPOINT,
    members::set_permissions::ENDPOINT,
    members::activate::ENDPOINT,
    members::deactivate::ENDPOINT,
    accounts::create::ENDPOINT,
    accounts::get::ENDPOINT,
    accounts::update::ENDPOINT,
    auth::forgot_password::ENDPOINT,
    auth::reset_password::ENDPOINT,
    auth::change_password::ENDPOINT,
    auth::send_reset::ENDPOINT,
    auth::undo_email::ENDPOINT,
    auth::list_tokens::ENDPOINT,
    auth::update_account::ENDPOINT,
    auth::close_account::ENDPOINT,
    auth::remove_me::ENDPOINT,
    auth::create_token::ENDPOINT,
    auth::revoke_token::ENDPOINT,
    auth::revoke_tokens::ENDPOINT,
    auth::revoke_user_tokens::ENDPOINT,
    auth::get_me::ENDPOINT,
    auth::list_users::ENDPOINT,
    auth::list_invitations::ENDPOINT,
    auth::revoke_invitation::ENDPOINT,
    pages::join::ENDPOINT,
    pages::reset::ENDPOINT,
    default_route::ENDPOINT,
];

/// The OpenAPI 3.1 document of all documented endpoints.
///
/// # Panics
/// If it cannot be serialised.
pub fn openapi_document() -> serde_json::Value {
    openapi::document([
        profile::documentation(),
        directory::documentation(),
        members::documentation(),
        accounts::documentation(),
        auth::documentation(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Api, Error, ErrorCode};
    use std::time::Duration;

    /// An error of each code. A code that is not here does not compile.
    fn error(code: ErrorCode) -> Error {
        match code {
            ErrorCode::MalformedBody => Error::malformed("the body must be a JSON object"),
            ErrorCode::InvalidValue => Error::missing("email"),
            ErrorCode::AuthRequired => Error::UNAUTHENTICATED,
            ErrorCode::Forbidden => Error::forbidden("Sign-up is closed. Ask for an invitation."),
            ErrorCode::NotFound => Error::NOT_FOUND,
            ErrorCode::EmailInUse => Error::email_in_use(),
            ErrorCode::UsernameInUse => Error::username_in_use(),
            ErrorCode::LastOwner => Error::LAST_OWNER,
            ErrorCode::OwnUser => members::deactivate::OWN_USER,
            ErrorCode::TooManyTokens => auth::create_token::TOO_MANY_TOKENS,
            ErrorCode::RoleHoldsAll => members::set_permissions::ROLE_HOLDS_ALL,
            ErrorCode::NotActive => auth::send_reset::NOT_ACTIVE,
            ErrorCode::CodeUsed => crate::auth::CODE_USED,
            ErrorCode::CodeExpired => crate::auth::CODE_EXPIRED,
            ErrorCode::IdempotencyKeyReused => Error::IDEMPOTENCY_KEY_REUSED,
            ErrorCode::BodyTooLarge => Error::TOO_LARGE,
            ErrorCode::TooManyFailures => Error::too_many_failures(Duration::from_millis(59_001)),
            ErrorCode::TooManyMails => Error::too_many_mails(Duration::from_secs(600)),
            ErrorCode::Unavailable => Error::STALE,
            ErrorCode::Internal => Error::internal("secret"),
        }
    }

    fn every_error(api: &Api) -> String {
        let lines = ErrorCode::ALL.map(|code| {
            let error = error(code);
            assert_eq!(error.code, code);
            let body = (api.error_body)(&error);
            format!(
                "{} {} {}\n",
                code.status().as_u16(),
                body.content_type,
                body.text
            )
        });
        lines.concat()
    }

    /// Its table of errors: code, status, and the profile's word, in the order of [`ErrorCode::ALL`].
    #[test]
    fn the_guide_lists_every_error() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/GUIDE.md");
        let guide = std::fs::read_to_string(path).unwrap();
        let (_, errors) = guide.split_once("\n## Errors\n").unwrap();
        let errors = errors.split("\n## ").next().unwrap();
        let rows = errors.lines().filter(|line| line.starts_with("| `"));
        let listed: Vec<_> = rows
            .map(|row| row.split(" | ").take(3).collect::<Vec<_>>().join(" | "))
            .collect();
        let known = ErrorCode::ALL.map(|code| {
            let body = (profile::API.error_body)(&error(code)).text;
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            let word = body["error"].as_str().unwrap();
            format!(
                "| `{}` | {} | `{word}`",
                code.as_str(),
                code.status().as_u16()
            )
        });
        assert_eq!(listed, known);
    }

    #[test]
    fn every_error_as_the_profile_api_says_it() {
        insta::assert_snapshot!(every_error(&profile::API), @r#"
400 application/json {"error":"BAD_JSON_FORMAT","message":"the body must be a JSON object"}
400 application/json {"error":"INVALID_EMAIL","message":"email is required"}
401 application/json {"error":"AUTH_REQUIRED"}
403 application/json {"error":"FORBIDDEN","message":"Sign-up is closed. Ask for an invitation."}
404 application/json {"error":"NOT_FOUND","message":"There is no such user in this account. Look the user up again."}
409 application/json {"error":"EMAIL_IN_USE","message":"This email address is in use. Choose another one."}
409 application/json {"error":"USERNAME_IN_USE","message":"This username is in use. Choose another one."}
409 application/json {"error":"LAST_OWNER","message":"An account keeps at least one active owner. Make another user an owner first."}
409 application/json {"error":"OWN_USER","message":"You cannot deactivate yourself. Ask another administrator."}
409 application/json {"error":"ROLE_HOLDS_ALL","message":"Admins and owners hold every permission. Make them a user first."}
409 application/json {"error":"NOT_ACTIVE","message":"This user has not joined, or is deactivated. Invite or activate them first."}
409 application/json {"error":"TOO_MANY_TOKENS","message":"You have ten named tokens already. Revoke one of them first, with DELETE /auth/tokens/{id}."}
410 application/json {"error":"CODE_USED","message":"This code was used, or a newer one was sent. Use the newest mail."}
410 application/json {"error":"CODE_EXPIRED","message":"This code has expired. Ask for a new one."}
422 application/json {"error":"IDEMPOTENCY_KEY_REUSED","message":"This Idempotency-Key came with another request. Send a new key."}
413 application/json {"error":"BODY_TOO_LARGE","message":"The body is over 64 KiB. Send a smaller one."}
429 application/json {"error":"TOO_MANY_FAILURES","message":"There were too many wrong passwords. Try again in 60 s."}
429 application/json {"error":"TOO_MANY_MAILS","message":"Too many mails were requested. Try again in 600 s."}
503 application/json {"error":"UNAVAILABLE","message":"Try again in a moment."}
500 application/json {"error":"INTERNAL","message":"Something went wrong on our side. It is in the log, by the request's id."}
"#);
    }

    #[test]
    fn every_error_as_the_directory_api_says_it() {
        insta::assert_snapshot!(every_error(&directory::API), @r#"
400 application/problem+json {"type":"urn:roster:problem:malformed_body","title":"Bad Request","status":400,"detail":"the body must be a JSON object","code":"malformed_body"}
400 application/problem+json {"type":"urn:roster:problem:invalid_value","title":"Bad Request","status":400,"detail":"email is required","code":"invalid_value","field":"email"}
401 application/problem+json {"type":"urn:roster:problem:auth_required","title":"Unauthorized","status":401,"detail":"A working credential is required. Log in with POST /user/login to get a token.","code":"auth_required"}
403 application/problem+json {"type":"urn:roster:problem:forbidden","title":"Forbidden","status":403,"detail":"Sign-up is closed. Ask for an invitation.","code":"forbidden"}
404 application/problem+json {"type":"urn:roster:problem:not_found","title":"Not Found","status":404,"detail":"There is no such user in this account. Look the user up again.","code":"not_found"}
409 application/problem+json {"type":"urn:roster:problem:email_in_use","title":"Conflict","status":409,"detail":"This email address is in use. Choose another one.","code":"email_in_use","field":"email"}
409 application/problem+json {"type":"urn:roster:problem:username_in_use","title":"Conflict","status":409,"detail":"This username is in use. Choose another one.","code":"username_in_use","field":"username"}
409 application/problem+json {"type":"urn:roster:problem:last_owner","title":"Conflict","status":409,"detail":"An account keeps at least one active owner. Make another user an owner first.","code":"last_owner"}
409 application/problem+json {"type":"urn:roster:problem:own_user","title":"Conflict","status":409,"detail":"You cannot deactivate yourself. Ask another administrator.","code":"own_user"}
409 application/problem+json {"type":"urn:roster:problem:role_holds_all","title":"Conflict","status":409,"detail":"Admins and owners hold every permission. Make them a user first.","code":"role_holds_all"}
409 application/problem+json {"type":"urn:roster:problem:not_active","title":"Conflict","status":409,"detail":"This user has not joined, or is deactivated. Invite or activate them first.","code":"not_active"}
409 application/problem+json {"type":"urn:roster:problem:too_many_tokens","title":"Conflict","status":409,"detail":"You have ten named tokens already. Revoke one of them first, with DELETE /auth/tokens/{id}.","code":"too_many_tokens"}
410 application/problem+json {"type":"urn:roster:problem:code_used","title":"Gone","status":410,"detail":"This code was used, or a newer one was sent. Use the newest mail.","code":"code_used"}
410 application/problem+json {"type":"urn:roster:problem:code_expired","title":"Gone","status":410,"detail":"This code has expired. Ask for a new one.","code":"code_expired"}
422 application/problem+json {"type":"urn:roster:problem:idempotency_key_reused","title":"Unprocessable Entity","status":422,"detail":"This Idempotency-Key came with another request. Send a new key.","code":"idempotency_key_reused"}
413 application/problem+json {"type":"urn:roster:problem:body_too_large","title":"Payload Too Large","status":413,"detail":"The body is over 64 KiB. Send a smaller one.","code":"body_too_large"}
429 application/problem+json {"type":"urn:roster:problem:too_many_failures","title":"Too Many Requests","status":429,"detail":"There were too many wrong passwords. Try again in 60 s.","code":"too_many_failures"}
429 application/problem+json {"type":"urn:roster:problem:too_many_mails","title":"Too Many Requests","status":429,"detail":"Too many mails were requested. Try again in 600 s.","code":"too_many_mails"}
503 application/problem+json {"type":"urn:roster:problem:unavailable","title":"Service Unavailable","status":503,"detail":"Try again in a moment.","code":"unavailable"}
500 application/problem+json {"type":"urn:roster:problem:internal","title":"Internal Server Error","status":500,"detail":"Something went wrong on our side. It is in the log, by the request's id.","code":"internal"}
"#);
    }

    #[test]
    fn every_error_as_the_members_api_says_it() {
        insta::assert_snapshot!(every_error(&members::API), @r#"
400 application/json {"error":true,"message":"the body must be a JSON object","statusCode":400}
400 application/json {"error":true,"message":"email is required","statusCode":400}
401 application/json {"error":true,"message":"A working credential is required. Log in with POST /user/login to get a token.","statusCode":401}
403 application/json {"error":true,"message":"Sign-up is closed. Ask for an invitation.","statusCode":403}
404 application/json {"error":true,"message":"There is no such user in this account. Look the user up again.","statusCode":404}
409 application/json {"error":true,"message":"This email address is in use. Choose another one.","statusCode":409}
409 application/json {"error":true,"message":"This username is in use. Choose another one.","statusCode":409}
409 application/json {"error":true,"message":"An account keeps at least one active owner. Make another user an owner first.","statusCode":409}
409 application/json {"error":true,"message":"You cannot deactivate yourself. Ask another administrator.","statusCode":409}
409 application/json {"error":true,"message":"Admins and owners hold every permission. Make them a user first.","statusCode":409}
409 application/json {"error":true,"message":"This user has not joined, or is deactivated. Invite or activate them first.","statusCode":409}
409 application/json {"error":true,"message":"You have ten named tokens already. Revoke one of them first, with DELETE /auth/tokens/{id}.","statusCode":409}
410 application/json {"error":true,"message":"This code was used, or a newer one was sent. Use the newest mail.","statusCode":410}
410 application/json {"error":true,"message":"This code has expired. Ask for a new one.","statusCode":410}
422 application/json {"error":true,"message":"This Idempotency-Key came with another request. Send a new key.","statusCode":422}
413 application/json {"error":true,"message":"The body is over 64 KiB. Send a smaller one.","statusCode":413}
429 application/json {"error":true,"message":"There were too many wrong passwords. Try again in 60 s.","statusCode":429}
429 application/json {"error":true,"message":"Too many mails were requested. Try again in 600 s.","statusCode":429}
503 application/json {"error":true,"message":"Try again in a moment.","statusCode":503}
500 application/json {"error":true,"message":"Something went wrong on our side. It is in the log, by the request's id.","statusCode":500}
"#);
    }

    #[test]
    fn every_error_as_the_accounts_api_says_it() {
        insta::assert_snapshot!(every_error(&accounts::API), @r#"
400 application/json {"status":0,"message":"the body must be a JSON object"}
400 application/json {"status":0,"message":"email is required"}
401 application/json {"status":0,"message":"A working credential is required. Log in with POST /user/login to get a token."}
403 application/json {"status":0,"message":"Sign-up is closed. Ask for an invitation."}
404 application/json {"status":0,"message":"There is no such user in this account. Look the user up again."}
409 application/json {"status":0,"message":"This email address is in use. Choose another one."}
409 application/json {"status":0,"message":"This username is in use. Choose another one."}
409 application/json {"status":0,"message":"An account keeps at least one active owner. Make another user an owner first."}
409 application/json {"status":0,"message":"You cannot deactivate yourself. Ask another administrator."}
409 application/json {"status":0,"message":"Admins and owners hold every permission. Make them a user first."}
409 application/json {"status":0,"message":"This user has not joined, or is deactivated. Invite or activate them first."}
409 application/json {"status":0,"message":"You have ten named tokens already. Revoke one of them first, with DELETE /auth/tokens/{id}."}
410 application/json {"status":0,"message":"This code was used, or a newer one was sent. Use the newest mail."}
410 application/json {"status":0,"message":"This code has expired. Ask for a new one."}
422 application/json {"status":0,"message":"This Idempotency-Key came with another request. Send a new key."}
413 application/json {"status":0,"message":"The body is over 64 KiB. Send a smaller one."}
429 application/json {"status":0,"message":"There were too many wrong passwords. Try again in 60 s."}
429 application/json {"status":0,"message":"Too many mails were requested. Try again in 600 s."}
503 application/json {"status":0,"message":"Try again in a moment."}
500 application/json {"status":0,"message":"Something went wrong on our side. It is in the log, by the request's id."}
"#);
    }

    #[test]
    fn every_error_as_a_page_says_it() {
        insta::assert_snapshot!(every_error(&pages::API), @r#"
400 text/plain; charset=utf-8 the body must be a JSON object
400 text/plain; charset=utf-8 email is required
401 text/plain; charset=utf-8 A working credential is required. Log in with POST /user/login to get a token.
403 text/plain; charset=utf-8 Sign-up is closed. Ask for an invitation.
404 text/plain; charset=utf-8 There is no such user in this account. Look the user up again.
409 text/plain; charset=utf-8 This email address is in use. Choose another one.
409 text/plain; charset=utf-8 This username is in use. Choose another one.
409 text/plain; charset=utf-8 An account keeps at least one active owner. Make another user an owner first.
409 text/plain; charset=utf-8 You cannot deactivate yourself. Ask another administrator.
409 text/plain; charset=utf-8 Admins and owners hold every permission. Make them a user first.
409 text/plain; charset=utf-8 This user has not joined, or is deactivated. Invite or activate them first.
409 text/plain; charset=utf-8 You have ten named tokens already. Revoke one of them first, with DELETE /auth/tokens/{id}.
410 text/plain; charset=utf-8 This code was used, or a newer one was sent. Use the newest mail.
410 text/plain; charset=utf-8 This code has expired. Ask for a new one.
422 text/plain; charset=utf-8 This Idempotency-Key came with another request. Send a new key.
413 text/plain; charset=utf-8 The body is over 64 KiB. Send a smaller one.
429 text/plain; charset=utf-8 There were too many wrong passwords. Try again in 60 s.
429 text/plain; charset=utf-8 Too many mails were requested. Try again in 600 s.
503 text/plain; charset=utf-8 Try again in a moment.
500 text/plain; charset=utf-8 Something went wrong on our side. It is in the log, by the request's id.
"#);
    }
}
