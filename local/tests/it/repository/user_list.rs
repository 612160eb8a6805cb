//! Pages of an account's users, beyond what one request to DynamoDB returns.

use crate::testkit::{Edit, Person, StoreError, TestApp, account_key, user_key};
use roster_domain::Direction;

#[tokio::test]
async fn a_page_is_whole_though_dynamodb_reads_a_megabyte_at_once() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let eve = app.owner("eve").await;
    let padding = format!(r#"{{"a":"{}"}}"#, "a".repeat(8000));
    app.edit(&ada, Edit::Preferences(&padding));
    let mut ids = vec![ada.id.parse().unwrap()];
    ids.extend(app.copies(&ada, 299));
    app.copies(&eve, 3);

    let all = app.list(&ada, None, Direction::Forwards, 300);
    let (all, asked) = app.operations(all).await;
    assert_eq!(all.unwrap(), (ids.clone(), false));
    assert_eq!(asked, ["Query"; 3], "2.4 MB");

    let middle = app.list(&ada, Some(ids[9]), Direction::Forwards, 200).await;
    assert_eq!(middle.unwrap(), (ids[10..210].to_vec(), true));
    let mut older = ids[..290].to_vec();
    older.reverse();
    let backwards = app
        .list(&ada, Some(ids[290]), Direction::Backwards, 289)
        .await;
    assert_eq!(backwards.unwrap(), (older[..289].to_vec(), true));
    let backwards = app
        .list(&ada, Some(ids[290]), Direction::Backwards, 290)
        .await;
    assert_eq!(backwards.unwrap(), (older, false));
    let end = app
        .list(&ada, ids.last().copied(), Direction::Forwards, 5)
        .await;
    assert_eq!(end.unwrap(), (vec![], false));
}

#[tokio::test]
async fn an_unreadable_row_is_named_and_not_passed_over() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let ids = app.copies(&ada, 3);
    let (pk, sk) = (account_key(&ada.account), user_key(ids[1]));
    let copy = Person {
        id: ids[1].to_string(),
        ..ada.clone()
    };
    app.edit(&copy, Edit::UnknownRole);
    let page = app.list(&ada, None, Direction::Forwards, 10).await;
    let error = format!("the row {pk}/{sk} cannot be read");
    assert_eq!(page, Err(StoreError::Other(error)));
    let before = app.list(&ada, None, Direction::Forwards, 1).await;
    assert_eq!(before.unwrap().0.len(), 1);
}
