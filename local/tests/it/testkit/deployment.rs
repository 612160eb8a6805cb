//! What is deployed: the endpoints, and `template.yaml`.

use super::{TestApp, app::connect};
use axum::Router;
use roster_dynamodb::Timeouts;
use roster_functions::{
    ENDPOINTS, Endpoint,
    api::{self, default_route},
};
use roster_local::{ADA, ALAN, AllowedHosts, GRACE, LINUS, SamplePerson, Template, gateway_of};
use serde_json::Value;
use std::{collections::BTreeSet, net::SocketAddr, time::Duration};

pub use roster_local::{DEFAULT_ROUTE, Route};

/// The names of all endpoints, which are those of their binaries.
pub fn endpoints() -> BTreeSet<&'static str> {
    names(|_| true)
}

/// The names of the endpoints that the OpenAPI document describes.
pub fn documented_endpoints() -> BTreeSet<&'static str> {
    names(|endpoint| endpoint.api.is_documented)
}

/// The names of the endpoints that show a page, whatever they are asked.
pub fn pages() -> BTreeSet<&'static str> {
    names(|endpoint| endpoint.api.name == api::pages::API.name)
}

fn names(keep: impl Fn(&Endpoint) -> bool) -> BTreeSet<&'static str> {
    let endpoints = ENDPOINTS.iter().filter(|endpoint| keep(endpoint));
    endpoints.map(|endpoint| endpoint.name).collect()
}

/// What the default route answers: method, path with a slash at its end, and the endpoint that it
/// stands in for.
pub fn slashed_routes() -> Vec<(&'static str, &'static str, &'static str)> {
    let routes = default_route::SLASHED.iter();
    routes
        .map(|(method, path, endpoint)| (*method, *path, endpoint.name))
        .collect()
}

/// The OpenAPI document, as the program writes it.
pub fn openapi_document() -> Value {
    api::openapi_document()
}

/// The functions of `template.yaml`: their names there, and their binaries.
pub fn functions() -> Vec<(String, String)> {
    Template::load().functions()
}

/// The routes of `template.yaml`.
pub fn routes() -> Vec<Route> {
    Template::load().routes()
}

/// How `template.yaml` lets the stream feed a function.
pub struct StreamSettings {
    /// Without a number, until the records are too old.
    pub retries: Option<u64>,
    pub max_age: Option<Duration>,
    pub lanes: usize,
}

pub fn stream_settings() -> Vec<StreamSettings> {
    let mappings = Template::load().stream_mappings().into_iter();
    mappings
        .map(|mapping| StreamSettings {
            retries: mapping.retries,
            max_age: mapping.max_age,
            lanes: mapping.lanes,
        })
        .collect()
}

/// How often `template.yaml` lets a usage report be received.
pub fn max_receives() -> u32 {
    Template::load().max_receives()
}

/// A router that the local program serves at an address, to programs that know it by one of these
/// names.
pub fn guarded(address: SocketAddr, names: &[&str], router: Router) -> Router {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    AllowedHosts::of(address, &names).guard(router)
}

/// Those of the sample who can log in.
pub const SAMPLE_PEOPLE: [SamplePerson; 4] = [ADA, GRACE, ALAN, LINUS];

/// Name and password of the sample's owner who is alone in his account: he may leave it, or close it.
pub const SAMPLE_LONER: (&str, &str) = (LINUS.name, LINUS.password);

/// The token of the sample's owner.
pub const SAMPLE_TOKEN: &str = ADA.token;

impl TestApp {
    /// One more instance of the deployed functions, which are stopped after so many seconds.
    pub fn instance_with_timeout(&self, timeout: Duration) -> Router {
        let text = include_str!("../../../../template.yaml");
        let timeout = format!("Timeout: {}\n", timeout.as_secs());
        let text = text.replacen("Timeout: 28\n", &timeout, 1);
        let template = Template::parse(&text).unwrap();
        let mut app = self.app.clone();
        app.repository = connect(&self.proxy.endpoint(), Timeouts::DEPLOYED);
        gateway_of(&template, &app).unwrap()
    }

    /// Why no gateway can be made of a template.
    pub fn gateway_error(&self, template: &str) -> Option<String> {
        let template = Template::parse(template).unwrap();
        gateway_of(&template, &self.app).err()
    }
}
