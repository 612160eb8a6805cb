//! What the line of a request says, and the metrics in it.

use crate::testkit::{Log, PASSWORD, TestApp, at_once};
use serde_json::{Value, json};

/// The lines that say `value` as their `field`.
fn lines_of(log: &Log, field: &str, value: &str) -> Vec<Value> {
    let text = log.text();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.filter(|line: &Value| line[field] == value).collect()
}

#[tokio::test]
async fn the_line_of_a_change_says_who_made_it_and_to_which_account() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let alan = app.member(&ada, "alan", roster_domain::Role::User).await;
    let log = Log::start();
    let path = format!("/api/v2/users/{}/deactivate", alan.id);
    app.post(&path).bearer(&ada.token).await.expect_status(200);
    let call = app.put("/v2/user").bearer(&ada.token);
    let call = call.json(json!({ "user_alias": "Countess" }));
    call.await.expect_status(200);
    let named = app.post("/auth/tokens").basic("ada", PASSWORD);
    let named = named.json(json!({ "name": "report" })).await;
    named.expect_status(201);
    let lines = lines_of(&log, "actor", &ada.id);
    let endpoints: Vec<_> = lines.iter().map(|line| &line["endpoint"]).collect();
    assert_eq!(
        endpoints,
        ["members-deactivate", "profile-update", "auth-create-token"]
    );
    for line in &lines {
        assert_eq!(line["account"], ada.account.as_str());
    }
    // Nobody is named by a token that does not work.
    let log = Log::start();
    let call = app.put("/v2/user").bearer(&alan.token);
    call.json(json!({})).await.expect_status(401);
    assert!(lines_of(&log, "actor", &alan.id).is_empty());
}

#[tokio::test]
async fn a_line_is_flat_has_the_names_of_powertools_and_is_found_by_the_id_of_the_response() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let log = Log::start();
    let reply = app.get("/v2/user").bearer(&ada.token).await;
    let reply = reply.expect_status(200);
    let lines = lines_of(&log, "correlation_id", reply.header("x-request-id"));
    let [line] = lines.as_slice() else {
        panic!("one line a request: {lines:?}");
    };
    let timestamp = line["timestamp"].as_str().unwrap();
    timestamp.parse::<roster_domain::Timestamp>().unwrap();
    let expected = [
        ("level", json!("INFO")),
        ("service", json!("roster-test")),
        ("version", json!("1")),
        ("message", json!("answered")),
        ("endpoint", json!("profile-get")),
        ("status", json!(200)),
        ("Requests", json!(1)),
        ("StoreCalls", json!(1)),
    ];
    for (name, value) in expected {
        assert_eq!(line[name], value, "{name}");
    }
    for name in ["Errors", "Rejections", "code", "actor", "Logins"] {
        assert!(line.get(name).is_none(), "{name}");
    }
    let nested = line.as_object().unwrap().iter();
    let nested = nested.filter(|(_, value)| value.is_object() || value.is_array());
    assert_eq!(nested.map(|(name, _)| name).collect::<Vec<_>>(), ["_aws"]);
}

/// CloudWatch leaves out a metric, without a word, whose value or dimension is not in the line:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
fn metrics_of(line: &Value) -> Vec<(Vec<&str>, Vec<&str>)> {
    assert!(line["_aws"]["Timestamp"].as_i64().unwrap() > 1_700_000_000_000);
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
    let mut all = Vec::new();
    for directive in directives {
        assert_eq!(directive["Namespace"], "Roster");
        let metrics = directive["Metrics"].as_array().unwrap();
        let names = metrics.iter().map(|metric| {
            let name = metric["Name"].as_str().unwrap();
            assert!(line[name].is_u64(), "{name} is not in the line");
            let is_time = metric["Unit"] == "Milliseconds";
            assert_eq!(is_time, name == "Latency");
            name
        });
        let names: Vec<_> = names.collect();
        for dimensions in directive["Dimensions"].as_array().unwrap() {
            let dimensions = dimensions.as_array().unwrap();
            let dimensions = dimensions.iter().map(|name| {
                let name = name.as_str().unwrap();
                assert!(line[name].is_string(), "{name} is not in the line");
                name
            });
            all.push((dimensions.collect(), names.clone()));
        }
    }
    all
}

#[tokio::test]
async fn requests_logins_failures_and_lockouts_are_metrics() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    let log = Log::start();
    let right = app.post("/user/login").basic("ada", PASSWORD).await;
    right.expect_status(200);
    let line = lines_of(&log, "actor", &ada.id).remove(0);
    let names = ["Requests", "Latency", "StoreCalls", "Logins"].as_slice();
    assert_eq!(
        metrics_of(&line),
        [
            (vec!["service"], names.to_vec()),
            (vec!["service", "endpoint"], names.to_vec()),
        ]
    );
    let mut lines = Vec::new();
    for _ in 0..11 {
        let log = Log::start();
        let wrong = app.post("/user/login").basic("ada", "wrong").await;
        lines.extend(lines_of(
            &log,
            "correlation_id",
            wrong.header("x-request-id"),
        ));
    }
    let failed: Vec<_> = lines.iter().map(|line| &line["FailedLogins"]).collect();
    assert_eq!(failed[..10], [1; 10]);
    assert!(failed[10].is_null(), "the name is locked");
    let locks: Vec<_> = lines.iter().map(|line| &line["Lockouts"]).collect();
    assert!(locks[8].is_null() && locks[9] == 1 && locks[10].is_null());
    assert_eq!(lines[9]["code"], "auth_required");
    assert_eq!(lines[10]["code"], "too_many_failures");
    let by_code = metrics_of(&lines[9]);
    assert!(by_code.contains(&(vec!["service", "code"], vec!["Rejections"])));
    assert!(by_code.contains(&(vec!["service", "endpoint", "code"], vec!["Rejections"])));
}

#[tokio::test]
async fn mails_events_and_usage_are_metrics() {
    let app = TestApp::start().await;
    let log = Log::start();
    let ada = app.owner("ada-of-the-metrics").await;
    let call = app.post("/auth/password/forgot");
    let call = call.json(json!({ "email": ada.email }));
    call.await.expect_status(202);
    app.background_workers().await.run_until_idle().await;
    let text = log.text();
    for metric in ["MailsSent", "EventsPublished"] {
        let line = text
            .lines()
            .find(|line| line.contains(&format!("{metric}\":")));
        let line: Value = serde_json::from_str(line.unwrap()).unwrap();
        let (dimensions, names) = metrics_of(&line).remove(0);
        assert_eq!((dimensions, names), (vec!["service"], vec![metric]));
    }
}

/// Guesses that arrive together all read the same count before any of them is written.
#[tokio::test]
async fn a_lock_is_counted_once_however_the_guesses_came() {
    let app = TestApp::start().await;
    app.owner("ada").await;
    let log = Log::start();
    let guesses = (0..10).map(|_| app.post("/user/login").basic("ada", "wrong"));
    let guesses = at_once(guesses).await;
    let ids: Vec<_> = guesses
        .iter()
        .map(|reply| reply.header("x-request-id"))
        .collect();
    let lines: Vec<_> = ids
        .iter()
        .flat_map(|id| lines_of(&log, "correlation_id", id))
        .collect();
    let count = |field: &str| lines.iter().filter(|line| line[field] == 1).count();
    assert_eq!((count("FailedLogins"), count("Lockouts")), (10, 1));
}
