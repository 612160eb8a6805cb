use crate::{EmailAddress, Timestamp, Username};
use serde::{Deserialize, Serialize};

/// Somebody has said that they forgot the password of a name. Nothing tells who: that is found out
/// where nobody waits for a response.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ForgottenPassword {
    /// The address, if that was the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    /// The username, if that was the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// When it was said.
    #[serde(rename = "requested")]
    pub requested_at: Timestamp,
}
