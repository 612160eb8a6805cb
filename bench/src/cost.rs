//! docs/design/COST.md: what each operation asks of the store, and what that costs.

use crate::{
    Error,
    fixture::{Fixture, Happy, root},
    proxy::Proxy,
};
use roster_functions::{App, ENDPOINTS, Endpoint, Event};
use roster_local::{Consumption, PRICES, Prices};
use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    time::{Duration, Instant},
};

fn names(calls: &BTreeMap<String, usize>) -> String {
    let calls = calls.iter().map(|(operation, count)| match count {
        1 => operation.clone(),
        _ => format!("{count} × {operation}"),
    });
    calls.collect::<Vec<_>>().join(", ")
}

/// Answers every happy event with Ada's account at each of the sizes, and writes docs/design/COST.md.
pub async fn write(sizes: &[u64]) -> Result<(), Error> {
    let mut found: BTreeMap<(String, String), Vec<Consumption>> = BTreeMap::new();
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
) -> Result<Consumption, Error> {
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
    Ok(Consumption::of(&calls))
}

/// What the page says before its table, with the prices that its dollars are made of.
fn head() -> String {
    let Prices {
        read_units,
        write_units,
        lambda,
        lambda_gb_second,
        api_gateway,
    } = PRICES;
    let mut head = String::from(include_str!("cost_head.md"));
    for (name, price) in [
        ("READ_UNITS", format!("{read_units}")),
        ("WRITE_UNITS", format!("{write_units}")),
        ("LAMBDA_GB_SECOND", format!("{lambda_gb_second:.10}")),
        ("LAMBDA", format!("{lambda:.2}")),
        ("API_GATEWAY", format!("{api_gateway:.2}")),
    ] {
        head = head.replace(&format!("{{{name}}}"), &price);
    }
    head
}

fn page(sizes: &[u64], found: &BTreeMap<(String, String), Vec<Consumption>>) -> String {
    let mut page = head();
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
                names(&row.calls),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_page_begins_with_the_prices_that_are_used() {
        let page = fs::read_to_string(root().join("docs/design/COST.md")).unwrap();
        assert!(page.starts_with(&head()), "{}", head());
        assert!(!head().contains('{'), "{}", head());
    }
}
