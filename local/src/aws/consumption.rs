//! What requests ask of DynamoDB, in calls, units and dollars.

use axum::{
    body::Bytes,
    http::{HeaderMap, Method},
};
use serde::Serialize;
use serde_json::Value;
use std::{collections::BTreeMap, time::Instant};

/// AWS's list prices for us-east-1 as known in November 2026 (DynamoDB's date from November 2024), in
/// dollars, without free tiers and without tax.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Prices {
    /// A million read request units, on demand.
    pub read_units: f64,
    /// A million write request units, on demand.
    pub write_units: f64,
    /// A million requests to Lambda.
    pub lambda: f64,
    /// A GB-second of Lambda on x86_64.
    pub lambda_gb_second: f64,
    /// A million requests to an HTTP API of API Gateway.
    pub api_gateway: f64,
}

/// See [`Prices`].
pub const PRICES: Prices = Prices {
    read_units: 0.125,
    write_units: 0.625,
    lambda: 0.20,
    lambda_gb_second: 0.000_016_666_7,
    api_gateway: 1.00,
};

/// One call that reached the store.
#[derive(Clone, Debug)]
pub struct StoreCall {
    /// `GetItem`, `TransactWriteItems`, …; `GET /` for the call that only opens a connection.
    pub operation: String,
    /// Capacity units that the engine says it consumed.
    pub units: f64,
    /// When it was sent, or had arrived.
    pub started: Instant,
    /// When the answer was ready to go.
    pub ended: Instant,
}

/// The call that only opens a connection.
const WARM_UP: &str = "GET /";

impl StoreCall {
    /// Whether the units are write units; otherwise they are read units.
    pub fn writes(&self) -> bool {
        ["Put", "Update", "Delete", "TransactWrite", "BatchWrite"]
            .iter()
            .any(|verb| self.operation.starts_with(verb))
    }
}

/// What one request asks of the store.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Consumption {
    /// How many calls had to wait for an earlier one: the longest chain of calls that do not overlap.
    pub round_trips: usize,
    /// Operations with how often each is called.
    pub calls: BTreeMap<String, usize>,
    /// Read request units.
    pub read_units: f64,
    /// Write request units.
    pub write_units: f64,
}

impl Consumption {
    /// What these calls ask for together.
    pub fn of(calls: &[StoreCall]) -> Self {
        let mut counted = BTreeMap::new();
        for call in calls {
            *counted.entry(call.operation.clone()).or_default() += 1;
        }
        let units = |writes| {
            let of_kind = calls.iter().filter(|call| call.writes() == writes);
            // A sum of nothing would be -0.
            of_kind.fold(0.0, |sum, call| sum + call.units)
        };
        Self {
            round_trips: round_trips(calls),
            calls: counted,
            read_units: units(false),
            write_units: units(true),
        }
    }

    /// Dollars for the store, per million such requests.
    pub fn dollars(&self) -> f64 {
        self.read_units * PRICES.read_units + self.write_units * PRICES.write_units
    }
}

fn round_trips(calls: &[StoreCall]) -> usize {
    let calls = calls.iter().filter(|call| call.operation != WARM_UP);
    let mut by_end: Vec<&StoreCall> = calls.collect();
    by_end.sort_by_key(|call| call.ended);
    let mut chain = 0;
    let mut free_from = None;
    for call in by_end {
        if free_from.is_none_or(|end| call.started >= end) {
            chain += 1;
            free_from = Some(call.ended);
        }
    }
    chain
}

/// The operation that a request to DynamoDB asks for.
pub fn store_operation(method: &Method, headers: &HeaderMap) -> String {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok());
    match target.and_then(|target| target.rsplit('.').next()) {
        Some(operation) => operation.to_owned(),
        None => format!("{method} /"),
    }
}

/// A request to DynamoDB that asks for the units it consumes, and whether it did so before.
pub fn ask_for_capacity(body: &Bytes) -> (Bytes, bool) {
    let Ok(Value::Object(mut request)) = serde_json::from_slice(body) else {
        return (body.clone(), true);
    };
    let asked = request.contains_key("ReturnConsumedCapacity");
    request.insert("ReturnConsumedCapacity".into(), "TOTAL".into());
    (Value::Object(request).to_string().into(), asked)
}

/// The answer of DynamoDB as its caller expects it, who `asked` for the units or not, and the units.
pub fn take_capacity(body: Bytes, asked: bool) -> (Bytes, f64) {
    let Ok(Value::Object(mut answer)) = serde_json::from_slice(&body) else {
        return (body, 0.0);
    };
    let consumed = |table: &Value| table["CapacityUnits"].as_f64().unwrap_or_default();
    let units = match answer.get("ConsumedCapacity") {
        Some(Value::Array(tables)) => tables.iter().map(consumed).sum(),
        Some(table) => consumed(table),
        None => return (body, 0.0),
    };
    if asked {
        return (body, units);
    }
    answer.remove("ConsumedCapacity");
    (Value::Object(answer).to_string().into(), units)
}
