//! One list of endpoints, checked against everything else that names them.

use roster_functions::ENDPOINTS;
use roster_local::Template;
use std::{collections::BTreeSet, fs, path::PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn names(folder: &str, strip: &str) -> BTreeSet<String> {
    fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.trim_end_matches(strip).to_owned())
        .collect()
}

#[test]
fn functions_of_the_template_are_the_binaries() {
    let functions: BTreeSet<_> = Template::load()
        .functions()
        .into_iter()
        .map(|(_, b)| b)
        .collect();
    assert_eq!(functions, names("functions/src/bin", ".rs"));
}

#[test]
fn routed_functions_of_the_template_are_the_endpoints() {
    let routed: BTreeSet<_> = Template::load()
        .routes()
        .into_iter()
        .map(|r| r.binary)
        .collect();
    let endpoints: BTreeSet<_> = ENDPOINTS.iter().map(|e| e.name.to_owned()).collect();
    assert_eq!(routed, endpoints);
}
