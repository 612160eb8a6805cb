use serde::Deserialize;
use std::collections::BTreeMap;

/// What API Gateway hands to a function: an HTTP API event, payload format 2.0, as far as Roster
/// reads it.
///
/// `lambda_http`'s own request type is not used, because it fails the invocation (a 500 without a
/// word) on what any client can send: a header with a character outside ASCII, a query with `<`.
/// This one takes every string as it comes; what it means is decided where it is parsed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// By name; API Gateway lower-cases the names and joins repeated ones with commas.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// As it came, without the question mark.
    #[serde(default)]
    pub(crate) raw_query_string: String,
    /// The variables of the route, percent-decoded.
    #[serde(default)]
    pub(crate) path_parameters: BTreeMap<String, String>,
    /// Text, or base64 if `is_base64_encoded`.
    #[serde(default)]
    pub(crate) body: Option<String>,
    #[serde(default)]
    pub(crate) is_base64_encoded: bool,
    #[serde(default)]
    pub(crate) request_context: RequestContext,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestContext {
    #[serde(default)]
    pub(crate) domain_name: String,
    #[serde(default)]
    pub(crate) http: Http,
    #[serde(default)]
    pub(crate) request_id: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Http {
    #[serde(default)]
    pub(crate) method: String,
    #[serde(default)]
    pub(crate) path: String,
}
