use super::variable;
use roster_domain::Timestamp;
use serde::Serialize;

/// Which numbers of a line CloudWatch makes metrics of. A field of an event is one if its name begins
/// with a capital: `Requests = 1`.
///
/// They are not sent but written, in CloudWatch's embedded metric format, which makes a line longer and
/// a request no slower:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
#[derive(Clone, Debug)]
pub struct Metrics {
    /// `POWERTOOLS_METRICS_NAMESPACE`.
    pub namespace: String,
    /// Whether there is one of each for every endpoint, besides that of the whole stack: each is paid for.
    pub by_endpoint: bool,
}

impl Metrics {
    /// `METRICS`: `service` (default), `endpoint`, or `none`.
    pub(super) fn from_env() -> Option<Self> {
        let of = variable("METRICS");
        let by_endpoint = match of.as_deref() {
            Some("none") => return None,
            of => of == Some("endpoint"),
        };
        Some(Self {
            namespace: variable("POWERTOOLS_METRICS_NAMESPACE").unwrap_or_else(|| "Roster".into()),
            by_endpoint,
        })
    }

    /// What tells CloudWatch that `names` are numbers of a line that also has these fields.
    pub(super) fn directives<'a>(
        &'a self,
        names: &'a [&'static str],
        (has_endpoint, has_code): (bool, bool),
        now: Timestamp,
    ) -> impl Serialize + 'a {
        let endpoint = self.by_endpoint && has_endpoint;
        let dimensions: &[&[&str]] = match endpoint {
            true => &[&["service"], &["service", "endpoint"]],
            false => &[&["service"]],
        };
        let of_code: &[&[&str]] = match endpoint {
            true => &[&["service", "code"], &["service", "endpoint", "code"]],
            false => &[&["service", "code"]],
        };
        let all = Directive {
            namespace: &self.namespace,
            dimensions,
            metrics: names.iter().map(|name| Definition::of(name)).collect(),
        };
        let failed = names.iter().filter(|name| FAILURES.contains(name));
        let failed = has_code.then(|| Directive {
            namespace: &self.namespace,
            dimensions: of_code,
            metrics: failed.map(|name| Definition::of(name)).collect(),
        });
        Metadata {
            timestamp: now.as_millis(),
            directives: [Some(all), failed].into_iter().flatten().collect(),
        }
    }
}

/// What is counted by the error's code, too.
const FAILURES: [&str; 2] = ["Errors", "Rejections"];

/// Whether a field of this name is a number for CloudWatch.
pub(super) fn is_metric(field: &str) -> bool {
    field.starts_with(|first: char| first.is_ascii_uppercase())
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata<'a> {
    timestamp: i64,
    #[serde(rename = "CloudWatchMetrics")]
    directives: Vec<Directive<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'a str,
    dimensions: &'a [&'a [&'a str]],
    metrics: Vec<Definition>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: &'static str,
    unit: &'static str,
}

impl Definition {
    fn of(name: &'static str) -> Self {
        let unit = match name {
            "Latency" => "Milliseconds",
            _ => "Count",
        };
        Self { name, unit }
    }
}
