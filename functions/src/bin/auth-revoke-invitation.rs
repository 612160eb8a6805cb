//! `DELETE /auth/invitations/{id}`: takes an invitation back that was not accepted.

use roster_functions::{api::auth::revoke_invitation::ENDPOINT, serve};
use std::process::ExitCode;

fn main() -> ExitCode {
    serve(&ENDPOINT)
}
