//! Nothing long may cost more than its length: eight times the input, about eight times the work.
//!
//! The work is what the processor spends on the thread of the test, so this is no test of every build:
//! `scripts/check-linear` runs it.

use super::{Sample, lab::Lab};
use crate::testkit::{SampleBatch, SampleEvent};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::{fs, time::Duration};

/// Bytes of the shorter input. Eight times as many are a body that is read.
const LENGTH: usize = 7000;

/// Between the work of both, beside what no input costs. It would be 64 if the work were quadratic.
const LARGEST_RATIO: f64 = 20.0;

/// Below it a difference is chance.
const NOTICEABLE: Duration = Duration::from_millis(1);

/// How often an input is handed over: Linux tells the time of a thread to a few milliseconds.
const TIMES: u32 = 16;

/// What is long, the sample that it is put into, and how.
type Long = (&'static str, &'static str, fn(&mut Value, usize));

const LONG: &[Long] = &[
    ("string", "profile-update/200-changed", |event, n| {
        body(event, format!(r#"{{"first_name":"{}"}}"#, "x".repeat(n)));
    }),
    ("escapes", "profile-update/200-changed", |event, n| {
        body(
            event,
            format!(r#"{{"first_name":"{}"}}"#, r"\u0041".repeat(n / 6)),
        );
    }),
    (
        "unknown fields",
        "profile-update/200-changed",
        |event, n| {
            let fields: Vec<_> = (0..n / 10).map(|at| format!(r#""f{at:05}":1"#)).collect();
            body(event, format!("{{{}}}", fields.join(",")));
        },
    ),
    (
        "fields with escapes",
        "directory-update/200-oneself",
        |event, n| {
            let fields: Vec<_> = (0..n / 15)
                .map(|at| format!(r#""\u0041{at:05}":1"#))
                .collect();
            body(event, format!("{{{}}}", fields.join(",")));
        },
    ),
    (
        "open brackets",
        "members-update/200-own-name",
        |event, n| body(event, "[".repeat(n)),
    ),
    ("spaces", "members-update/200-own-name", |event, n| {
        body(event, format!("{}{{}}", " ".repeat(n)));
    }),
    ("digits", "directory-find/200-page", |event, n| {
        body(event, format!(r#"{{"limit":{}}}"#, "7".repeat(n + 1)));
    }),
    ("decimals", "directory-find/200-page", |event, n| {
        body(event, format!(r#"{{"limit":1.{}}}"#, "7".repeat(n + 1)));
    }),
    ("preferences", "directory-update/200-oneself", |event, n| {
        let fields: Vec<_> = (0..n / 10).map(|at| format!(r#""f{at:05}":1"#)).collect();
        body(
            event,
            format!(r#"{{"preferences":{{{}}}}}"#, fields.join(",")),
        );
    }),
    ("address", "accounts-create/201-json", |event, n| {
        field(
            event,
            "email",
            format!("{}@example.com", "a.".repeat(n / 2)),
        );
    }),
    ("username", "accounts-create/201-json", |event, n| {
        field(event, "username", "ab".repeat(n / 2))
    }),
    ("password", "accounts-create/201-json", |event, n| {
        field(event, "password", "p4Ss-".repeat(n / 5))
    }),
    ("code", "directory-login/200-invitation", |event, n| {
        field(event, "invite", "rsi_".repeat(n / 4))
    }),
    ("pairs of a form", "accounts-create/201-form", |event, n| {
        body(event, "a=b&".repeat(n / 4))
    }),
    (
        "escapes of a form",
        "accounts-create/201-form",
        |event, n| {
            body(event, format!("email={}", "%41".repeat(n / 3)));
        },
    ),
    ("not base64", "accounts-create/201-form", |event, n| {
        event["body"] = json!("!".repeat(n))
    }),
    ("token", "profile-get/200-profile", |event, n| {
        header(event, "x-apitoken", "rst_".repeat(n / 4))
    }),
    ("basic", "directory-login/200-password", |event, n| {
        let credentials = STANDARD.encode(format!("ada:{}", "x".repeat(n)));
        header(event, "authorization", format!("Basic {credentials}"));
    }),
    (
        "spaces of a header",
        "directory-login/200-token",
        |event, n| {
            header(event, "authorization", format!("Bearer{}", " ".repeat(n)));
        },
    ),
    (
        "languages",
        "join-page/200-language-of-the-browser",
        |event, n| {
            header(event, "accept-language", "xx;q=0.5,".repeat(n / 9));
        },
    ),
    ("key", "accounts-create/201-json", |event, n| {
        header(event, "idempotency-key", "k".repeat(n))
    }),
    ("query", "members-list/200-all", |event, n| {
        event["rawQueryString"] = json!("a=b&".repeat(n / 4))
    }),
    ("cursor", "members-list/200-all", |event, n| {
        event["rawQueryString"] = json!(format!("next={}", "A".repeat(n)));
    }),
    ("path", "members-get/200-member", |event, n| {
        event["pathParameters"]["id"] = json!("0".repeat(n))
    }),
    ("slashes", "default-route/404-other-slash", |event, n| {
        event["requestContext"]["http"]["path"] = json!("/".repeat(n + 1));
    }),
    ("usage", "record-usage/handled-report", |batch, n| {
        message(batch, "7".repeat(n + 1))
    }),
    ("exponent", "record-usage/handled-report", |batch, n| {
        message(batch, format!("1e{}", "7".repeat(n + 1)));
    }),
    (
        "row",
        "publish-events/handled-account-and-user",
        |batch, n| {
            let image = &mut batch["Records"][0]["dynamodb"]["NewImage"];
            image["email"] = json!({ "S": "x".repeat(n) });
        },
    ),
];

fn body(event: &mut Value, text: String) {
    (event["body"], event["isBase64Encoded"]) = (json!(text), json!(false));
}

fn field(event: &mut Value, name: &str, text: String) {
    let mut fields: Value = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
    fields[name] = json!(text);
    body(event, fields.to_string());
}

fn header(event: &mut Value, name: &str, text: String) {
    event["headers"][name] = json!(text);
}

fn message(batch: &mut Value, usage: String) {
    let body = batch["Records"][0]["body"].as_str().unwrap();
    let (rest, _) = body.rsplit_once("0.25").unwrap();
    batch["Records"][0]["body"] = json!(format!("{rest}{usage}}}"));
}

#[test]
#[ignore = "measures time: scripts/check-linear"]
fn what_is_long_costs_no_more_than_its_length() {
    let mut lab = Lab::new();
    let mut worse = Vec::new();
    for (what, path, make) in LONG {
        let (function, sample) = sample(path);
        let mut work = |length: usize| {
            let mut event = sample.clone();
            make(&mut event, length);
            spent(|| (0..TIMES).for_each(|_| hand_over(&mut lab, &function, &event))) / TIMES
        };
        let (none, short, long) = (work(0), work(LENGTH), work(8 * LENGTH));
        let (short, long) = (short.saturating_sub(none), long.saturating_sub(none));
        let ratio = long.as_secs_f64() / short.as_secs_f64().max(NOTICEABLE.as_secs_f64());
        println!("{what} of {path}: {short:?} more, {long:?} more of 8 times: {ratio:.1}");
        if ratio > LARGEST_RATIO {
            worse.push(what);
        }
    }
    assert!(
        worse.is_empty(),
        "these cost more than their length: {worse:?}"
    );
}

fn sample(path: &str) -> Sample {
    let named = |found: &std::path::Path| found.with_extension("").ends_with(path);
    let mut events = SampleEvent::all().into_iter();
    if let Some(event) = events.find(|event| named(&event.path)) {
        return (event.endpoint.to_owned(), event.json());
    }
    let mut batches = SampleBatch::all().into_iter();
    let batch = batches.find(|batch| named(&batch.path));
    let batch = batch.unwrap_or_else(|| panic!("there is no {path}"));
    (batch.binary.clone(), batch.json())
}

fn hand_over(lab: &mut Lab, function: &str, event: &Value) {
    if event["Records"].is_array() {
        lab.deliver(function, event);
    } else {
        lab.ask(function, event);
    }
}

/// How long the processor was at work on this thread.
fn spent(work: impl FnOnce()) -> Duration {
    let so_far = || {
        let statistics = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        let nanoseconds = statistics.split(' ').next().unwrap().parse().unwrap();
        Duration::from_nanos(nanoseconds)
    };
    let before = so_far();
    work();
    so_far().saturating_sub(before)
}
