use crate::{Endpoint, accounts, default_route, directory, join, members, profile};

/// Every HTTP operation. A binary names just its own, so that it links no other.
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
    join::page::ENDPOINT,
    default_route::ENDPOINT,
];
