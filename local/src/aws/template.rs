//! `template.yaml`, as far as this machine plays its part: the routes and the table.

use serde_json::{Value, json};
use serde_yaml_ng::Value as Yaml;
use std::time::Duration;

/// The text of the template that this program was built with.
const TEMPLATE: &str = include_str!("../../../template.yaml");

/// The key of the route that gets what no other route matches.
pub const DEFAULT_ROUTE: &str = "$default";

/// One route of the API and the function behind it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// Upper case; empty for [`DEFAULT_ROUTE`].
    pub method: String,
    /// With variables in braces: `/rest/users/{username}`; or [`DEFAULT_ROUTE`].
    pub path: String,
    /// The binary's name, such as `accounts-get`.
    pub binary: String,
}

impl Route {
    fn of(binary: &str, properties: &Yaml) -> Self {
        let (method, path) = (text(&properties["Method"]), text(&properties["Path"]));
        // SAM makes the default route of an event that has neither.
        let path = if path.is_empty() { DEFAULT_ROUTE } else { path };
        Self {
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            binary: binary.to_owned(),
        }
    }

    /// As API Gateway writes it: `GET /v2/user`, or `$default`.
    pub fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
            .trim_start()
            .to_owned()
    }
}

/// What the API allows to pages of other origins: the values of the headers.
#[derive(Clone, Debug)]
pub struct CorsRules {
    /// `access-control-allow-methods`
    pub methods: String,
    /// `access-control-allow-headers`
    pub headers: String,
    /// `access-control-expose-headers`
    pub exposed: String,
    /// `access-control-max-age`
    pub max_age: u64,
}

/// How the table's stream is brought to a function.
#[derive(Clone, Debug)]
pub struct StreamMapping {
    /// The function's binary.
    pub binary: String,
    /// A record is brought if it matches one of these.
    pub filters: Vec<Value>,
    /// Records in an invocation at most.
    pub batch_size: usize,
    /// How often a batch is tried again; as long as its records are not too old, if this is `None`.
    pub retries: Option<u64>,
    /// Older records are given up.
    pub max_age: Option<Duration>,
    /// Batches that may be at work at once.
    pub lanes: usize,
}

impl StreamMapping {
    fn of(binary: &str, properties: &Yaml) -> Self {
        let filters = properties["FilterCriteria"]["Filters"].as_sequence();
        let pattern = |filter: &Yaml| serde_json::from_str(text(&filter["Pattern"])).ok();
        // -1 means the same as nothing: without end.
        let number = |name: &str| properties[name].as_u64();
        Self {
            binary: binary.to_owned(),
            filters: filters.into_iter().flatten().filter_map(pattern).collect(),
            batch_size: number("BatchSize").unwrap_or(100) as usize,
            retries: number("MaximumRetryAttempts"),
            max_age: number("MaximumRecordAgeInSeconds").map(Duration::from_secs),
            lanes: number("ParallelizationFactor").unwrap_or(1) as usize,
        }
    }

    /// Whether a stream record matches one of the filters.
    pub fn takes(&self, record: &Value) -> bool {
        self.filters.iter().any(|filter| matches(filter, record))
    }
}

/// The part of Lambda's filter rules that this template uses: exact values, prefixes, existence.
fn matches(pattern: &Value, value: &Value) -> bool {
    match pattern {
        Value::Object(fields) => fields
            .iter()
            .all(|(name, pattern)| matches(pattern, &value[name])),
        Value::Array(alternatives) => alternatives.iter().any(|rule| {
            let text = value.as_str();
            match (rule["prefix"].as_str(), rule["exists"].as_bool()) {
                (Some(prefix), _) => text.is_some_and(|text| text.starts_with(prefix)),
                (_, Some(exists)) => exists != value.is_null(),
                _ => rule == value,
            }
        }),
        _ => false,
    }
}

/// The deployed stack.
#[derive(Clone, Debug)]
pub struct Template {
    globals: Yaml,
    resources: Yaml,
}

impl Template {
    /// The project's own template.
    ///
    /// # Panics
    /// If it is not YAML: it was read when the program was built, and the tests read it too.
    #[expect(clippy::expect_used, reason = "a file of the project, not input")]
    pub fn load() -> Self {
        Self::parse(TEMPLATE).expect("template.yaml is YAML")
    }

    /// Another template.
    ///
    /// # Errors
    /// If it is not YAML.
    pub fn parse(text: &str) -> Result<Self, serde_yaml_ng::Error> {
        let template: Yaml = serde_yaml_ng::from_str(text)?;
        Ok(Self {
            globals: template["Globals"].clone(),
            resources: template["Resources"].clone(),
        })
    }

    fn resources(&self, kind: &str) -> impl Iterator<Item = (&str, &Yaml)> {
        let resources = self.resources.as_mapping().into_iter().flatten();
        resources
            .filter(move |(_, resource)| resource["Type"].as_str() == Some(kind))
            .filter_map(|(id, resource)| Some((id.as_str()?, resource)))
    }

    /// How long a function may take, where it does not say so itself.
    pub fn timeout(&self) -> Duration {
        let seconds = self.globals["Function"]["Timeout"].as_u64();
        // Lambda's own default.
        Duration::from_secs(seconds.unwrap_or(3))
    }

    /// What the API allows to pages of other origins, where any may call it.
    pub fn cors_rules(&self) -> CorsRules {
        // `!If [HasAllowedOrigins, rules, nothing]`
        let rules = &self.resources["Api"]["Properties"]["CorsConfiguration"][1];
        let list = |name: &str| {
            let values = rules[name].as_sequence().into_iter().flatten();
            values.map(text).collect::<Vec<_>>().join(",")
        };
        CorsRules {
            methods: list("AllowMethods"),
            headers: list("AllowHeaders"),
            exposed: list("ExposeHeaders"),
            max_age: rules["MaxAge"].as_u64().unwrap_or_default(),
        }
    }

    /// Every function: its logical id and its binary.
    pub fn functions(&self) -> Vec<(String, String)> {
        self.resources("AWS::Serverless::Function")
            .map(|(id, function)| (id.to_owned(), binary(function).to_owned()))
            .collect()
    }

    /// Every route, in the order of the file.
    pub fn routes(&self) -> Vec<Route> {
        let events = |function: &Yaml| function["Properties"]["Events"].as_mapping().cloned();
        self.resources("AWS::Serverless::Function")
            .flat_map(|(_, function)| {
                let http = events(function)
                    .unwrap_or_default()
                    .into_iter()
                    .filter(|(_, event)| event["Type"].as_str() == Some("HttpApi"));
                http.map(|(_, event)| Route::of(binary(function), &event["Properties"]))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// Every function that the table's stream feeds.
    pub fn stream_mappings(&self) -> Vec<StreamMapping> {
        let mut mappings = Vec::new();
        for (_, function) in self.resources("AWS::Serverless::Function") {
            let events = function["Properties"]["Events"].as_mapping();
            for (_, event) in events.into_iter().flatten() {
                if event["Type"].as_str() == Some("DynamoDB") {
                    mappings.push(StreamMapping::of(binary(function), &event["Properties"]));
                }
            }
        }
        mappings
    }

    /// How often the queue of usage reports delivers a message.
    pub fn max_receives(&self) -> u32 {
        let redrive = &self.resources["UsageQueue"]["Properties"]["RedrivePolicy"];
        let count = redrive["maxReceiveCount"].as_u64();
        count.and_then(|count| count.try_into().ok()).unwrap_or(1)
    }

    /// The table, as a `CreateTable` request.
    pub fn create_table(&self, name: &str) -> Value {
        let (_, table) = self
            .resources("AWS::DynamoDB::Table")
            .next()
            .unwrap_or(("", &Yaml::Null));
        let properties = &table["Properties"];
        let stream = text(&properties["StreamSpecification"]["StreamViewType"]);
        json!({
            "TableName": name,
            "BillingMode": properties["BillingMode"],
            "AttributeDefinitions": properties["AttributeDefinitions"],
            "KeySchema": properties["KeySchema"],
            "StreamSpecification": { "StreamEnabled": true, "StreamViewType": stream },
        })
    }

    /// The attribute that DynamoDB's time to live goes by.
    pub fn time_to_live(&self, name: &str) -> Value {
        let (_, table) = self
            .resources("AWS::DynamoDB::Table")
            .next()
            .unwrap_or(("", &Yaml::Null));
        json!({
            "TableName": name,
            "TimeToLiveSpecification": table["Properties"]["TimeToLiveSpecification"],
        })
    }
}

fn binary(function: &Yaml) -> &str {
    text(&function["Metadata"]["BuildProperties"]["Binary"])
}

fn text(value: &Yaml) -> &str {
    value.as_str().unwrap_or_default()
}
