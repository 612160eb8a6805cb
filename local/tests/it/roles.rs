//! The role of each function allows what the function asks of the store, and nothing else.

use crate::support::{App, SampleBatch, SampleEvent, for_every_event};
use roster_functions::Event;
use roster_local::load_sample;
use serde_json::Value;
use serde_yaml_ng::Value as Yaml;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// What the sample events make a function ask, two hours after the last activity, so that this is
/// recorded too, is compared with the function's `Policies` in the template.
#[tokio::test(flavor = "multi_thread")]
async fn roles_allow_exactly_what_the_functions_ask() {
    let mut observed: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (binary, actions) in for_every_event(actions).await {
        observed
            .entry(binary.to_owned())
            .or_default()
            .extend(actions);
    }
    for batch in SampleBatch::all() {
        let binary = observed.entry(batch.binary.clone()).or_default();
        binary.extend(actions_of_batch(batch).await);
    }
    let allowed = allowed();
    let wrong: Vec<_> = observed
        .iter()
        .filter(|(binary, asked)| allowed.get(*binary) != Some(asked))
        .map(|(binary, asked)| format!("{binary} needs {asked:?}, not {:?}", allowed.get(binary)))
        .collect();
    assert!(wrong.is_empty(), "Policies in template.yaml: {wrong:#?}");
}

async fn actions(sample: SampleEvent) -> (&'static str, Vec<String>) {
    let event: Event = serde_json::from_str(&sample.text()).unwrap();
    let app = App::start().await;
    load_sample(&app.roster).await.unwrap();
    app.advance(Duration::from_secs(2 * 60 * 60));
    let endpoint = sample.endpoint;
    let (_, requests) = app.requests(endpoint.answer(&app.roster, event)).await;
    let actions = requests
        .iter()
        .flat_map(|(operation, body)| needed(operation, body));
    (endpoint.name, actions.collect())
}

async fn actions_of_batch(batch: SampleBatch) -> Vec<String> {
    let app = App::start().await;
    load_sample(&app.roster).await.unwrap();
    let after = app.after().await;
    let work = after.functions.invoke(&batch.binary, batch.json());
    let (response, requests) = app.requests(work).await;
    response.unwrap();
    let actions = requests
        .iter()
        .flat_map(|(operation, body)| needed(operation, body));
    actions.collect()
}

/// The actions that IAM asks for: a transaction has none of its own, but those of its writes.
fn needed(operation: &str, body: &Value) -> Vec<String> {
    if operation != "TransactWriteItems" {
        return vec![format!("dynamodb:{operation}")];
    }
    let steps = body["TransactItems"].as_array().unwrap().iter();
    steps
        .flat_map(|step| step.as_object().unwrap().keys())
        .map(|kind| match kind.as_str() {
            "ConditionCheck" => "dynamodb:ConditionCheckItem".to_owned(),
            kind => format!("dynamodb:{kind}Item"),
        })
        .collect()
}

/// The actions on the table that `template.yaml` allows, by binary.
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let template: Yaml = serde_yaml_ng::from_str(include_str!("../../../template.yaml")).unwrap();
    let resources = template["Resources"].as_mapping().unwrap().values();
    let text = |value: &Yaml| value.as_str().unwrap().to_owned();
    resources
        .filter(|resource| resource["Type"] == "AWS::Serverless::Function")
        .map(|function| {
            let statements = &function["Properties"]["Policies"][0]["Statement"];
            let statements = statements.as_sequence().into_iter().flatten();
            let actions = statements.flat_map(|statement| match &statement["Action"] {
                Yaml::Sequence(actions) => actions.iter().map(text).collect(),
                action => vec![text(action)],
            });
            let on_the_table = actions.filter(|action| action.starts_with("dynamodb:"));
            let binary = text(&function["Metadata"]["BuildProperties"]["Binary"]);
            (binary, on_the_table.collect())
        })
        .collect()
}
