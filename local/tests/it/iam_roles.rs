//! The role of each function allows what the function asks of the store, and nothing else.

use crate::testkit::{
    Recorded, SampleBatch, SampleEvent, TestApp, for_every_event, slashed_routes,
};
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
    // Whatever those ask whom it stands for, not just what its own few events make them ask.
    let behind = slashed_routes()
        .into_iter()
        .map(|(_, _, endpoint)| endpoint);
    let behind: BTreeSet<_> = behind.flat_map(|name| observed[name].clone()).collect();
    observed.get_mut("default-route").unwrap().extend(behind);
    let allowed = allowed();
    let wrong: Vec<_> = observed
        .iter()
        .filter(|(binary, asked)| allowed.get(*binary) != Some(asked))
        .map(|(binary, asked)| format!("{binary} needs {asked:?}, not {:?}", allowed.get(binary)))
        .collect();
    assert!(wrong.is_empty(), "Policies in template.yaml: {wrong:#?}");
}

async fn requests(sample: SampleEvent) -> (&'static str, Vec<Recorded>) {
    let app = TestApp::with_sample().await;
    app.advance(Duration::from_secs(2 * 60 * 60));
    let work = app.respond(sample.endpoint, sample.json());
    let (_, requests) = app.requests(work).await;
    (sample.endpoint, requests)
}

async fn actions(sample: SampleEvent) -> (&'static str, Vec<String>) {
    let (endpoint, requests) = requests(sample).await;
    (endpoint, requests.iter().flat_map(needed).collect())
}

async fn actions_of_batch(batch: SampleBatch) -> Vec<String> {
    let app = batch.app().await;
    let background = app.background_workers().await;
    let work = background.workers.deliver(&batch.binary, batch.json());
    let (_, requests) = app.requests(work).await;
    requests.iter().flat_map(needed).collect()
}

/// The actions that IAM asks for: a transaction has none of its own, but those of its writes.
fn needed(request: &Recorded) -> Vec<String> {
    let Recorded {
        operation, body, ..
    } = request;
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

/// What a function may do to the table, by binary.
fn statements() -> BTreeMap<String, Vec<Yaml>> {
    let template: Yaml = serde_yaml_ng::from_str(include_str!("../../../template.yaml")).unwrap();
    let resources = &template["Resources"];
    let functions = resources.as_mapping().unwrap().values();
    functions
        .filter(|resource| resource["Type"] == "AWS::Serverless::Function")
        .map(|function| {
            let properties = &function["Properties"];
            // `!GetAtt SomeRole.Arn`
            let role = target(&properties["Role"]).trim_end_matches(".Arn");
            let statements = match role {
                "" => &properties["Policies"][0]["Statement"],
                role => {
                    &resources[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
                }
            };
            let statements = statements.as_sequence().into_iter().flatten();
            let on_the_table = statements
                .filter(|statement| target(&statement["Resource"]) == "LiveTableArn.Value")
                .cloned();
            let binary = &function["Metadata"]["BuildProperties"]["Binary"];
            (text(binary), on_the_table.collect())
        })
        .collect()
}

/// The actions on the table that `template.yaml` allows, by binary.
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let actions = |statements: Vec<Yaml>| statements.iter().flat_map(actions_in).collect();
    let statements = statements().into_iter();
    statements
        .map(|(binary, statements)| (binary, actions(statements)))
        .collect()
}

fn actions_in(statement: &Yaml) -> Vec<String> {
    match &statement["Action"] {
        Yaml::Sequence(actions) => actions.iter().map(text).collect(),
        action => vec![text(action)],
    }
}

fn text(value: &Yaml) -> String {
    value.as_str().unwrap().to_owned()
}

/// What `!GetAtt` or `!Ref` names.
fn target(value: &Yaml) -> &str {
    match value {
        Yaml::Tagged(tagged) => tagged.value.as_str().unwrap_or_default(),
        _ => "",
    }
}

/// The functions that only read may write what their role names, and it names what they write: of
/// those that take tokens only, when somebody was seen.
#[tokio::test(flavor = "multi_thread")]
async fn functions_that_read_may_write_activity_only() {
    let limited: BTreeMap<_, _> = statements()
        .into_iter()
        .filter_map(|(binary, statements)| {
            let limited = |statement: &&Yaml| !statement["Condition"].is_null();
            Some((binary, statements.iter().find(limited)?.clone()))
        })
        .collect();
    let mut written: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (binary, updates) in for_every_event(updates).await {
        let Some(limited) = limited.get(binary) else {
            continue;
        };
        let condition = &limited["Condition"];
        let answer = &condition["StringEquals"]["dynamodb:ReturnValues"];
        for update in updates {
            if !answer.is_null() {
                let asked = update["ReturnValues"].as_str().unwrap_or("NONE");
                assert_eq!(asked, text(answer), "{binary}");
            }
            let attributes = written.entry(binary.to_owned()).or_default();
            attributes.extend(attributes_of(&update));
        }
    }
    let named = |statement: &Yaml| {
        let attributes =
            &statement["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"];
        let attributes = attributes.as_sequence().unwrap().iter();
        attributes.map(text).collect::<BTreeSet<_>>()
    };
    let limited: BTreeMap<_, _> = limited
        .iter()
        .map(|(binary, statement)| (binary.clone(), named(statement)))
        .collect();
    assert_eq!(written, limited);
    let activity = ["PK", "SK", "activity", "token_uses"]
        .map(str::to_owned)
        .into();
    for binary in [
        "directory-find",
        "directory-get",
        "members-get",
        "members-list",
        "profile-get",
    ] {
        assert_eq!(limited[binary], activity, "{binary}");
    }
}

async fn updates(sample: SampleEvent) -> (&'static str, Vec<Value>) {
    let (endpoint, requests) = requests(sample).await;
    let updates = requests
        .into_iter()
        .filter(|request| request.operation == "UpdateItem");
    (endpoint, updates.map(|request| request.body).collect())
}

/// The names that IAM sees: of the key, and whatever an expression names at the top level ("the
/// top-level attributes accessed by the request").
fn attributes_of(update: &Value) -> Vec<String> {
    let keys = update["Key"].as_object().unwrap().keys().cloned();
    let expressions = ["UpdateExpression", "ConditionExpression"];
    let expressions = expressions.map(|name| update[name].as_str().unwrap_or_default());
    let inside = |placeholder: &str| {
        let nested = format!(".{placeholder}");
        let at = |expression: &&str| {
            let mut rest = expression.split(&nested).skip(1);
            rest.any(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
        };
        expressions.iter().any(at)
    };
    let names = update["ExpressionAttributeNames"].as_object();
    let names = names.into_iter().flatten();
    let names = names.filter(|(placeholder, _)| !inside(placeholder));
    keys.chain(names.map(|(_, name)| name.as_str().unwrap().to_owned()))
        .collect()
}
