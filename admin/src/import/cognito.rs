//! The CSV of Cognito user pools, as `get-csv-header` of Cognito names its columns.

use crate::record::UserRecord;
use roster_domain::{Language, TimeZone, Username};

/// The column that this CSV has, and no other.
pub(super) const COGNITO_USERNAME: &str = "cognito:username";

/// A user of a Cognito user pool, whose hashes Cognito does not hand out. Attributes that Roster has no
/// place for are left out, and so is what Roster could not keep: a language or zone that it does not
/// have, and a username that is an address or an id.
pub(super) fn cognito_user(cells: &[(&str, &str)]) -> UserRecord {
    let cell = |wanted: &str| {
        let found = cells.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, cell)| cell.trim().to_owned())
    };
    let valid = |text: &String| text.parse::<Username>().is_ok();
    let is_id = |text: &String| text.len() == 36 && text.matches('-').count() == 4;
    let own_name = cell(COGNITO_USERNAME).filter(|name| !is_id(name));
    let language = cell("locale").map(|locale| locale.chars().take(2).collect::<String>());
    let language = language.map(|language| language.to_lowercase());
    let is_language = |text: &String| text.parse::<Language>().is_ok();
    let is_zone = |text: &String| text.parse::<TimeZone>().is_ok();
    UserRecord {
        email: cell("email").unwrap_or_default(),
        verified: cell("email_verified").map(|text| text.eq_ignore_ascii_case("true")),
        username: cell("preferred_username")
            .filter(valid)
            .or(own_name.filter(valid)),
        first_name: cell("given_name"),
        last_name: cell("family_name"),
        alias: cell("nickname").or_else(|| cell("name")),
        language: language.filter(is_language),
        time_zone: cell("zoneinfo").filter(is_zone),
        ..UserRecord::default()
    }
}
