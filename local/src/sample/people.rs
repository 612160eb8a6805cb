//! The sample's people as they are now, for the home page.

use super::{ADA, BARBARA, HEDY, PEOPLE, SampleError};
use roster_domain::{Status, Token, User, UserKey};
use roster_functions::App;
use serde_json::{Value, json};

/// Those of the sample's people who are still there, each with what they log in with.
///
/// # Errors
/// When the store is not to be had.
pub async fn sample_people(app: &App) -> Result<Vec<Value>, SampleError> {
    let own = ADA.token.parse::<Token>()?.user().account;
    let mut people = Vec::new();
    for person in PEOPLE {
        let key = person.token.parse::<Token>()?.user();
        if let Some(user) = app.repository.get_user(key).await? {
            let mut known = record(&user);
            known["name"] = json!(person.name);
            known["password"] = json!(person.password);
            known["token"] = json!(person.token);
            known["isElsewhere"] = json!(user.account != own);
            people.push(known);
        }
    }
    // They have no token: one has yet to join, the other could use none.
    for (_, id) in [BARBARA, HEDY] {
        let key = UserKey {
            account: own,
            user: id.parse()?,
        };
        if let Some(user) = app.repository.get_user(key).await? {
            people.push(record(&user));
        }
    }
    Ok(people)
}

fn record(user: &User) -> Value {
    json!({
        "id": user.id,
        "email": user.email.as_str(),
        "first": user.first_name,
        "last": user.last_name,
        "role": user.role,
        "state": match user.status {
            Status::Invited => "invited",
            Status::Active => "active",
            Status::Deactivated | Status::Withdrawn => "deactivated",
        },
    })
}
