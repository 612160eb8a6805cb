//! docs/design/COST.md: what each operation asks of the store, and what that costs.

use crate::{
    Error,
    fixture::{Fixture, Happy, root},
    proxy::{Call, Proxy, round_trips, units},
};
use roster_functions::{App, ENDPOINTS, Endpoint, Event};
use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    time::{Duration, Instant},
};

/// What one request asks.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    round_trips: usize,
    /// Operations with how often each is called.
    calls: BTreeMap<String, usize>,
    read_units: f64,
    write_units: f64,
}

// us-east-1, on demand, in dollars per million: AWS's list prices since November 2024.
const READ_UNITS: f64 = 0.125;
const WRITE_UNITS: f64 = 0.625;

impl Asked {
    fn of(calls: &[Call]) -> Self {
        let mut counted = BTreeMap::new();
        for call in calls {
            *counted.entry(call.operation.clone()).or_default() += 1;
        }
        Self {
            round_trips: round_trips(calls),
            calls: counted,
            read_units: units(calls, false),
            write_units: units(calls, true),
        }
    }

    /// Dollars for the store, per million requests.
    fn dollars(&self) -> f64 {
        self.read_units * READ_UNITS + self.write_units * WRITE_UNITS
    }

    fn calls(&self) -> String {
        let calls = self.calls.iter().map(|(operation, count)| match count {
            1 => operation.clone(),
            _ => format!("{count} × {operation}"),
        });
        calls.collect::<Vec<_>>().join(", ")
    }
}

/// Answers every happy event with Ada's account at each of the sizes, and writes docs/design/COST.md.
pub async fn write(sizes: &[u64]) -> Result<(), Error> {
    let mut found: BTreeMap<(String, String), Vec<Asked>> = BTreeMap::new();
    for size in sizes {
        let fixture = Fixture::start().await?;
        fixture.fill(*size)?;
        let proxy = fixture.plain_proxy().await?;
        let app = fixture.app(&proxy.endpoint)?;
        proxy.delay(Duration::from_millis(200));
        for endpoint in ENDPOINTS {
            for happy in Happy::of(endpoint.name)? {
                let asked = ask(&fixture, &proxy, &app, endpoint, &happy).await?;
                let row = (endpoint.name.to_owned(), happy.name);
                found.entry(row).or_default().push(asked);
            }
        }
        eprintln!("{size} users: done");
    }
    fs::write(root().join("docs/design/COST.md"), page(sizes, &found))?;
    let grown: Vec<_> = found
        .iter()
        .filter(|(_, asked)| asked.iter().any(|other| *other != asked[0]))
        .collect();
    if grown.is_empty() {
        return Ok(());
    }
    Err(format!("these do not cost the same at every size: {grown:#?}").into())
}

async fn ask(
    fixture: &Fixture,
    proxy: &Proxy,
    app: &App,
    endpoint: &Endpoint,
    happy: &Happy,
) -> Result<Asked, Error> {
    let event: Event = serde_json::from_slice(&happy.event)?;
    proxy.take_calls();
    let deadline = Instant::now() + Duration::from_secs(28);
    let response = endpoint.respond(app, event, deadline).await;
    let calls = proxy.take_calls();
    fixture.reset(proxy)?;
    if u64::from(response.status.as_u16()) != happy.status {
        return Err(format!(
            "{}/{} was answered with {}: {}",
            endpoint.name, happy.name, response.status, response.body
        )
        .into());
    }
    Ok(Asked::of(&calls))
}

const HEAD: &str = include_str!("cost_head.md");

fn page(sizes: &[u64], found: &BTreeMap<(String, String), Vec<Asked>>) -> String {
    let mut page = String::from(HEAD);
    let sizes: Vec<_> = sizes.iter().map(|size| thousands(*size)).collect();
    let _infallible = writeln!(
        page,
        "\nMeasured with {} users in the account; the same at each size unless a row says otherwise.\n\n\
         | function | request | in sequence | calls | RRU | WRU | $ per million |\n\
         |---|---|---:|---|---:|---:|---:|",
        sizes.join(" and ")
    );
    for ((function, event), asked) in found {
        for (index, row) in asked.iter().enumerate() {
            if index > 0 && *row == asked[0] {
                continue;
            }
            let at = if index > 0 {
                format!(", {} users", sizes[index])
            } else {
                String::new()
            };
            let _infallible = writeln!(
                page,
                "| `{function}` | {event}{at} | {} | {} | {} | {} | {:.3} |",
                row.round_trips,
                row.calls(),
                row.read_units,
                row.write_units,
                row.dollars(),
            );
        }
    }
    page
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    groups.join(",")
}
