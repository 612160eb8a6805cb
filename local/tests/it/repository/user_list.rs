//! Pages of an account's users, beyond what one request to DynamoDB returns.

use crate::support::{App, Person};
use roster_domain::{AccountId, Direction, UserId};
use roster_dynamodb::StoreError;
use serde_json::json;

async fn list(
    app: &App,
    person: &Person,
    from: Option<UserId>,
    direction: Direction,
    limit: usize,
) -> Result<(Vec<UserId>, bool), StoreError> {
    let account: AccountId = person.account.parse().unwrap();
    let page = app
        .roster
        .repository
        .user_list(account, from, direction, limit)
        .await?;
    Ok((page.users.iter().map(|user| user.id).collect(), page.more))
}

#[tokio::test]
async fn a_page_is_whole_though_dynamodb_reads_a_megabyte_at_once() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let eve = app.owner("eve").await;
    let padding = format!(r#"{{"a":"{}"}}"#, "a".repeat(8000));
    app.store_user(
        &ada.account,
        &ada.id,
        json!({ "preferences": { "S": padding } }),
    );
    let mut ids = vec![ada.id.parse().unwrap()];
    ids.extend(app.copies(&ada, 299));
    app.copies(&eve, 3);

    let all = async { list(&app, &ada, None, Direction::Forwards, 300).await };
    let (all, asked) = app.asked(all).await;
    assert_eq!(all.unwrap(), (ids.clone(), false));
    assert_eq!(asked, ["Query"; 3], "2.4 MB");

    let middle = list(&app, &ada, Some(ids[9]), Direction::Forwards, 200).await;
    assert_eq!(middle.unwrap(), (ids[10..210].to_vec(), true));
    let mut older = ids[..290].to_vec();
    older.reverse();
    let backwards = list(&app, &ada, Some(ids[290]), Direction::Backwards, 289).await;
    assert_eq!(backwards.unwrap(), (older[..289].to_vec(), true));
    let backwards = list(&app, &ada, Some(ids[290]), Direction::Backwards, 290).await;
    assert_eq!(backwards.unwrap(), (older, false));
    let end = list(&app, &ada, ids.last().copied(), Direction::Forwards, 5).await;
    assert_eq!(end.unwrap(), (vec![], false));
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named_and_not_passed_over() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let ids = app.copies(&ada, 3);
    let key = (
        format!("ACCOUNT#{}", ada.account),
        format!("USER#{}", ids[1]),
    );
    app.store(&key.0, &key.1, json!({ "role": { "S": "emperor" } }));
    let error = list(&app, &ada, None, Direction::Forwards, 10)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the row {}/{} cannot be read", key.0, key.1)
    );
    let before = list(&app, &ada, None, Direction::Forwards, 1).await;
    assert_eq!(before.unwrap().0.len(), 1);
}
