//! One list of endpoints, `template.yaml`, checked against everything else that names them.

use crate::testkit::{
    DEFAULT_ROUTE, Route, TestApp, endpoints, functions, max_receives, routes, slashed_routes,
    stream_settings,
};
use serde_json::Value;
use serde_yaml_ng::Value as Yaml;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    time::Duration,
};

type Names = BTreeSet<String>;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn names_in(folder: &str) -> Names {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .collect()
}

fn endpoint_names() -> Names {
    endpoints().into_iter().map(str::to_owned).collect()
}

fn binaries() -> Names {
    functions().into_iter().map(|(_, binary)| binary).collect()
}

#[test]
fn functions_of_the_template_are_the_binaries() {
    assert_eq!(binaries(), names_in("functions/src/bin"));
}

#[test]
fn functions_of_the_template_are_the_folders_of_events() {
    assert_eq!(binaries(), names_in("events"));
}

#[test]
fn functions_of_the_template_are_called_like_their_binaries() {
    for (id, binary) in functions() {
        let pascal: String = binary
            .split('-')
            .map(|word| word[..1].to_ascii_uppercase() + &word[1..])
            .collect();
        assert_eq!(id, pascal + "Function");
    }
}

#[test]
fn functions_with_routes_are_the_endpoints() {
    let routed: Names = routes().into_iter().map(|route| route.binary).collect();
    assert_eq!(routed, endpoint_names());
}

/// What `scripts/check-instructions --all` compares with.
#[test]
fn functions_with_routes_have_their_instructions_kept() {
    let kept = fs::read_to_string(root().join("bench/instructions.json")).unwrap();
    let kept: BTreeMap<String, Value> = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept.into_keys().collect::<Names>(), endpoint_names());
}

/// Rows of the README's table: `` | `binary` | METHOD `/path`, METHOD `/path` | … ``, or `` `$default` ``.
#[test]
fn routes_of_the_template_are_the_rows_of_the_readme() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let table = readme
        .split("## Endpoints")
        .nth(1)
        .unwrap()
        .split("\n## ")
        .next()
        .unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let documented: BTreeSet<Route> = rows
        .flat_map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let binary = cells[1].trim_matches('`').to_owned();
            let routes = cells[2].split(", ").map(move |route| {
                let (method, path) = route.split_once(' ').unwrap_or(("", route));
                let path = path.trim_matches('`').to_owned();
                Route {
                    method: method.to_owned(),
                    path,
                    binary: binary.clone(),
                }
            });
            routes.collect::<Vec<_>>()
        })
        .collect();
    let routes: BTreeSet<Route> = routes().into_iter().collect();
    assert_eq!(routes, documented);
}

/// An HTTP API takes none, and the local gateway refuses what AWS would.
#[tokio::test]
async fn no_route_key_ends_in_a_slash() {
    let routes = routes();
    assert!(routes.iter().all(|route| !route.path.ends_with('/')));
    let slashed = |path: &str| {
        format!(
            "Resources:
  MembersListFunction:
    Type: AWS::Serverless::Function
    Metadata: {{ BuildProperties: {{ Binary: members-list }} }}
    Properties:
      Events:
        Route: {{ Type: HttpApi, Properties: {{ Method: GET, Path: {path} }} }}
"
        )
    };
    let app = TestApp::start().await;
    let error = |path: &str| app.gateway_error(&slashed(path));
    assert_eq!(error("/"), None);
    assert_eq!(error("/api/v2/users"), None);
    let refused = error("/api/v2/users/").unwrap();
    assert!(refused.ends_with("GET /api/v2/users/"), "{refused}");
}

/// What the documents show with a slash at the end is served with and without it.
#[test]
fn the_default_route_stands_in_for_existing_routes() {
    let routes = routes();
    let is_default = |route: &&Route| route.binary == "default-route";
    let of_it: Vec<_> = routes.iter().filter(is_default).map(Route::key).collect();
    // And for browsers that ask whether a page may call the API.
    assert_eq!(of_it, [DEFAULT_ROUTE, "OPTIONS /{proxy+}"]);
    for (method, path, endpoint) in slashed_routes() {
        let plain = path.strip_suffix('/').unwrap();
        let route = routes
            .iter()
            .find(|route| route.method == method && route.path == plain);
        assert_eq!(route.unwrap().binary, endpoint);
    }
}

/// A limit for a route that is not there would fail the deployment.
#[test]
fn every_throttling_limit_is_for_an_existing_route() {
    let template: Yaml = serde_yaml_ng::from_str(include_str!("../../../template.yaml")).unwrap();
    let limits = &template["Resources"]["Api"]["Properties"]["RouteSettings"];
    let limits = limits.as_mapping().unwrap();
    let keys: Names = limits
        .keys()
        .map(|key| key.as_str().unwrap().to_owned())
        .collect();
    let routes = routes();
    let known: Names = routes.iter().map(Route::key).collect();
    assert_eq!(&keys - &known, Names::new());
    for public in ["POST /rest/users", "POST /user/login", DEFAULT_ROUTE] {
        assert!(keys.contains(public), "{public}");
    }
    // A route with limits of its own has both: AWS takes none of them from the default.
    for limits in limits.values() {
        let names = limits.as_mapping().unwrap().keys();
        let names: Vec<_> = names.map(|name| name.as_str().unwrap()).collect();
        assert_eq!(names, ["ThrottlingRateLimit", "ThrottlingBurstLimit"]);
    }
}

/// A stack that works with another table has none of its own: whoever named that one could not be deployed
/// with a restored table.
#[test]
fn the_table_is_named_in_one_place() {
    let lines = include_str!("../../../template.yaml").lines();
    let lines = lines.filter(|line| !line.trim_start().starts_with('#'));
    let template = lines.collect::<Vec<_>>().join("\n");
    for attribute in ["!GetAtt Table.Arn", "!GetAtt Table.StreamArn"] {
        assert_eq!(template.matches(attribute).count(), 1, "{attribute}");
    }
    assert!(!template.contains("${Table"), "a Fn::Sub names the table");
    // The functions' environment, and the output.
    let mut named = template.split("!Ref Table").skip(1);
    let is_longer = |rest: &&str| rest.starts_with(|next: char| next.is_ascii_alphanumeric());
    let named = named.by_ref().filter(|rest| !is_longer(rest));
    assert_eq!(named.count(), 2);
}

/// Half a day, whatever goes wrong meanwhile; and an hour's outage is no end of a usage report.
#[test]
fn records_and_usage_reports_are_tried_for_hours() {
    let template: Yaml = serde_yaml_ng::from_str(include_str!("../../../template.yaml")).unwrap();
    let mappings = stream_settings();
    assert_eq!(mappings.len(), 3);
    for mapping in mappings {
        assert_eq!(mapping.retries, None);
        assert_eq!(mapping.max_age, Some(Duration::from_secs(12 * 60 * 60)));
        assert_eq!(mapping.lanes, 10);
    }
    let queue = &template["Resources"]["UsageQueue"]["Properties"];
    let visibility = queue["VisibilityTimeout"].as_u64().unwrap();
    // The last delivery begins so long after the first.
    let tried = u64::from(max_receives() - 1) * visibility;
    assert!(tried > 60 * 60, "{tried} s");
}

/// A parameter that reaches a function is part of `Settings`, whose number is part of every version: or
/// else a change of it would publish none, and `live` would go on with the value of before.
#[test]
fn every_parameter_of_a_function_publishes_a_version() {
    let template: Yaml = serde_yaml_ng::from_str(include_str!("../../../template.yaml")).unwrap();
    let (globals, resources) = (&template["Globals"], &template["Resources"]);
    let parameters: Names = template["Parameters"]
        .as_mapping()
        .unwrap()
        .keys()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    let mut used = Names::new();
    names_in_value(&globals["Function"], &mut used);
    for (_, function) in resources.as_mapping().unwrap() {
        if function["Type"] != "AWS::Serverless::Function" {
            continue;
        }
        let mut properties = function["Properties"].clone();
        let version = &properties["VersionDescription"];
        assert!(
            matches!(version, Yaml::Tagged(tagged) if tagged.value == "${BuildId}, settings ${Settings}"),
            "{function:?}"
        );
        // Of the function, and not of a version: who may call it, what it may do, how often it runs.
        let properties = properties.as_mapping_mut().unwrap();
        for name in [
            "Events",
            "Policies",
            "Role",
            "ReservedConcurrentExecutions",
            "EventInvokeConfig",
        ] {
            properties.remove(name);
        }
        names_in_value(&Yaml::Mapping(properties.clone()), &mut used);
    }
    // How requests are shifted is no property of a function.
    used.remove("Canary");
    let content = &resources["Settings"]["Properties"]["Content"];
    let mut settings = Names::new();
    names_in_value(content, &mut settings);
    let used: Names = used.intersection(&parameters).cloned().collect();
    assert!(used.len() > 12, "{used:?}");
    assert_eq!(&used - &settings, Names::new());
    let variables = &globals["Function"]["Environment"]["Variables"];
    assert!(
        matches!(&variables["SETTINGS_VERSION"], Yaml::Tagged(tagged) if tagged.value == "Settings")
    );
}

/// What `!Ref` and `!Sub` name, and the conditions of `!If` by the parameters that they are about.
fn names_in_value(value: &Yaml, found: &mut Names) {
    match value {
        Yaml::Tagged(tagged) if tagged.tag == "Ref" => {
            found.extend(tagged.value.as_str().map(str::to_owned));
        }
        Yaml::Tagged(tagged) if tagged.tag == "Sub" => {
            let text = tagged.value.as_str().unwrap();
            let names = text.split("${").skip(1);
            found.extend(names.map(|rest| rest.split('}').next().unwrap().to_owned()));
        }
        Yaml::Tagged(tagged) => names_in_value(&tagged.value, found),
        Yaml::Mapping(mapping) => mapping
            .values()
            .for_each(|value| names_in_value(value, found)),
        Yaml::Sequence(values) => values.iter().for_each(|value| names_in_value(value, found)),
        _ => {}
    }
}

/// Before a release gets its first request, CodeDeploy's hook gives every function one event: it changes
/// nothing, and a function that works answers it.
#[tokio::test(flavor = "multi_thread")]
async fn every_function_takes_the_event_that_tries_a_release() {
    let template: Yaml = serde_yaml_ng::from_str(include_str!("../../../template.yaml")).unwrap();
    let code = &template["Resources"]["TryReleaseFunction"]["Properties"]["Code"]["ZipFile"];
    let event = code.as_str().unwrap().split("\"\"\"").nth(1).unwrap();
    let mut event: Value = serde_json::from_str(event).unwrap();
    let app = TestApp::with_sample().await;
    // Nobody has it, as the hook's own.
    event["headers"]["x-apitoken"] = TestApp::start().await.account("eve").await.token.into();
    let before = app.items();
    for endpoint in endpoints() {
        let response = app.respond(endpoint, event.clone()).await;
        assert!(response.status < 500, "{endpoint}: {}", response.status);
        assert!(response.headers.contains_key("x-request-id"), "{endpoint}");
    }
    let background = app.background_workers().await;
    for binary in &binaries() - &endpoint_names() {
        let answer = background.workers.deliver(&binary, event.clone()).await;
        let failed = answer["batchItemFailures"].as_array();
        assert!(failed.is_none_or(Vec::is_empty), "{binary}: {answer}");
    }
    assert_eq!(app.items(), before);
}
