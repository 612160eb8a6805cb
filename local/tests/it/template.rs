//! One list of endpoints, `template.yaml`, checked against everything else that names them.

use roster_functions::ENDPOINTS;
use roster_local::{Route, Template};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
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

fn functions() -> Names {
    Template::load()
        .functions()
        .into_iter()
        .map(|(_, binary)| binary)
        .collect()
}

#[test]
fn functions_of_the_template_are_the_binaries() {
    assert_eq!(functions(), names_in("functions/src/bin"));
}

#[test]
fn functions_of_the_template_are_the_folders_of_events() {
    assert_eq!(functions(), names_in("events"));
}

#[test]
fn functions_of_the_template_are_called_like_their_binaries() {
    for (id, binary) in Template::load().functions() {
        let pascal: String = binary
            .split('-')
            .map(|word| word[..1].to_ascii_uppercase() + &word[1..])
            .collect();
        assert_eq!(id, pascal + "Function");
    }
}

#[test]
fn functions_with_routes_are_the_endpoints() {
    let routed: Names = Template::load()
        .routes()
        .into_iter()
        .map(|route| route.binary)
        .collect();
    let endpoints: Names = ENDPOINTS
        .iter()
        .map(|endpoint| endpoint.name.to_owned())
        .collect();
    assert_eq!(routed, endpoints);
}

/// What `scripts/check-instructions --all` compares with.
#[test]
fn functions_with_routes_have_their_instructions_kept() {
    let kept = fs::read_to_string(root().join("bench/instructions.json")).unwrap();
    let kept: BTreeMap<String, Value> = serde_json::from_str(&kept).unwrap();
    let endpoints = ENDPOINTS.iter().map(|endpoint| endpoint.name.to_owned());
    assert_eq!(kept.into_keys().collect::<Names>(), endpoints.collect());
}

/// Rows of the README's table: `` | `binary` | METHOD `/path`, METHOD `/path` | … ``.
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
                let (method, path) = route.split_once(' ').unwrap();
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
    let routes: BTreeSet<Route> = Template::load().routes().into_iter().collect();
    assert_eq!(routes, documented);
}

/// What a client may send to a path, the documented trailing slashes among it.
#[test]
fn collections_are_served_with_and_without_a_trailing_slash() {
    let routes = Template::load().routes();
    let serves = |method: &str, path: &str| {
        routes
            .iter()
            .any(|route| route.method == method && route.path == path)
    };
    for route in &routes {
        let collection = route.path.trim_end_matches('/');
        if ["/rest/users", "/api/v2/users"].contains(&collection) {
            assert!(serves(&route.method, collection), "{route:?}");
            assert!(
                serves(&route.method, &format!("{collection}/")),
                "{route:?}"
            );
        }
    }
}
