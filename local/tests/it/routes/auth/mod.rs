mod create_token;
mod invitations;
mod me;
mod revoke_token;
mod revoke_tokens;
mod users;
