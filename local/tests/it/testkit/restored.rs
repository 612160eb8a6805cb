//! A table that is restored to a point in time, as `scripts/restore` does it: another table with the
//! items of then, which gets its stream when everything of the past is out of it.

use super::{Items, TestApp};
use roster_domain::Revision;
use roster_local::TABLE;
use serde_json::{Value, json};
use std::time::Duration;

/// What `scripts/restore` asks of a restored table, step by step.
const SWEEPS: &str = include_str!("../../../../scripts/recovery/sweeps.json");

impl TestApp {
    /// Roster over another table, which has these items and an empty stream; an hour later.
    pub async fn restored(items: &Items, swept: bool) -> Self {
        let app = Self::start().await;
        app.set_stream(false);
        app.restore(items);
        app.advance(Duration::from_secs(60 * 60));
        if swept {
            app.sweep("mails");
        }
        app.set_stream(true);
        app
    }

    /// Does a step of `scripts/restore` to every item that it is for: how many there were.
    pub fn sweep(&self, step: &str) -> usize {
        let mut scan = self.step(step)["scan"].take();
        scan["TableName"] = json!(TABLE);
        let scan = serde_json::from_value(scan).unwrap();
        let found = self.store.database().scan(scan).unwrap();
        let found = serde_json::to_value(found).unwrap();
        let items = found["Items"].as_array().unwrap();
        for item in items {
            self.update_by_step(step, &item["PK"], &item["SK"]);
        }
        items.len()
    }

    /// Does a step of `scripts/restore` to one item.
    pub fn update_by_step(&self, step: &str, pk: &Value, sk: &Value) {
        let mut update = self.step(step)["update"].take();
        update["TableName"] = json!(TABLE);
        update["Key"] = json!({ "PK": pk, "SK": sk });
        let update = serde_json::from_value(update).unwrap();
        self.store.database().update_item(update).unwrap();
    }

    fn step(&self, name: &str) -> Value {
        let now = self.now();
        let filled = SWEEPS
            .replace("{now}", &now.to_string())
            .replace("{revision}", &Revision::new(now).to_string());
        let mut steps: Value = serde_json::from_str(&filled).unwrap();
        steps[name].take()
    }

    fn set_stream(&self, enabled: bool) {
        let mut stream = json!({ "StreamEnabled": enabled });
        if enabled {
            stream["StreamViewType"] = json!("NEW_AND_OLD_IMAGES");
        }
        let request = json!({ "TableName": TABLE, "StreamSpecification": stream });
        let request = serde_json::from_value(request).unwrap();
        self.store.database().update_table(request).unwrap();
    }

    /// Deletes what has a time to live, as DynamoDB does some day after it: how many items that were.
    pub fn expire_all(&self) -> usize {
        let mut items = self.items();
        let before = items.len();
        items.retain(|_, item| !item["ttl"].is_object());
        self.restore(&items);
        before - items.len()
    }
}
