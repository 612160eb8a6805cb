//! `template.yaml`, as far as this machine plays its part: the routes and the table.

use serde_json::{Value, json};
use serde_yaml_ng::Value as Yaml;

/// The text of the template that this program was built with.
const TEMPLATE: &str = include_str!("../../template.yaml");

/// One route of the API and the function behind it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// Upper case.
    pub method: String,
    /// With variables in braces: `/rest/users/{username}`.
    pub path: String,
    /// The binary's name, such as `accounts-get`.
    pub binary: String,
}

/// The deployed stack.
#[derive(Clone, Debug)]
pub struct Template {
    resources: Yaml,
}

impl Template {
    /// The project's own template.
    ///
    /// # Panics
    /// If it is not YAML: it was read when the program was built, and the tests read it too.
    #[expect(clippy::expect_used, reason = "a file of the project, not input")]
    pub fn load() -> Self {
        let template: Yaml = serde_yaml_ng::from_str(TEMPLATE).expect("template.yaml is YAML");
        Self {
            resources: template["Resources"].clone(),
        }
    }

    fn resources(&self, kind: &str) -> impl Iterator<Item = (&str, &Yaml)> {
        let resources = self.resources.as_mapping().into_iter().flatten();
        resources
            .filter(move |(_, resource)| resource["Type"].as_str() == Some(kind))
            .filter_map(|(id, resource)| Some((id.as_str()?, resource)))
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
                let binary = binary(function).to_owned();
                http.map(move |(_, event)| Route {
                    method: text(&event["Properties"]["Method"]).to_ascii_uppercase(),
                    path: text(&event["Properties"]["Path"]).to_owned(),
                    binary: binary.clone(),
                })
                .collect::<Vec<_>>()
            })
            .collect()
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
