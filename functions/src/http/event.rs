use serde::{Deserialize, Deserializer};
use std::{collections::BTreeMap, fmt};

/// What API Gateway hands to a function: an HTTP API event, payload format 2.0, as far as Roster
/// reads it.
///
/// `lambda_http`'s own request type is not used, because it fails the invocation (a 500 without a
/// word) on what any client can send: a header with a character outside ASCII, a query with `<`.
/// This one takes every string as it comes; what it means is decided where it is parsed. `null` is
/// the same as absent: events that are written by hand or by other tools have it where API Gateway
/// leaves a field out.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// By name; API Gateway lower-cases the names and joins repeated ones with commas.
    #[serde(default, deserialize_with = "null_is_absent")]
    pub(crate) headers: BTreeMap<String, String>,
    /// As it came, without the question mark.
    #[serde(default, deserialize_with = "null_is_absent")]
    pub(crate) raw_query_string: String,
    /// The variables of the route, percent-decoded.
    #[serde(default, deserialize_with = "null_is_absent")]
    pub(crate) path_parameters: BTreeMap<String, String>,
    /// Text, or base64 if `is_base64_encoded`.
    #[serde(default)]
    pub(crate) body: Option<String>,
    #[serde(default, deserialize_with = "null_is_absent")]
    pub(crate) is_base64_encoded: bool,
    #[serde(default, deserialize_with = "null_is_absent")]
    pub(crate) request_context: RequestContext,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestContext {
    #[serde(default, deserialize_with = "null_is_absent")]
    pub(crate) domain_name: String,
    #[serde(default, deserialize_with = "null_is_absent")]
    pub(crate) http: Http,
    #[serde(default, deserialize_with = "null_is_absent")]
    pub(crate) request_id: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Http {
    #[serde(default, deserialize_with = "null_is_absent")]
    pub(crate) method: String,
    #[serde(default, deserialize_with = "null_is_absent")]
    pub(crate) path: String,
}

fn null_is_absent<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Default + Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Headers and body hold tokens and passwords: an event is known by its request alone.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Event({}/…)", self.request_context.request_id)
    }
}
