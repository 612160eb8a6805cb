//! The results as a table for people.

use crate::measure::Results;
use std::fmt::Write;

/// A Markdown table, one row for each function and build.
pub fn table(results: &[Results]) -> String {
    let mut table = String::from(
        "| function | event | build | cold, M instr. | further, M instr. | cold, ms | cold CPU, ms | further CPU, ms | p50, ms | p99, ms | peak, MB | size, MB | zipped, MB | the store is asked | in sequence | RCU | WCU |\n\
         |---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|---:|---:|---:|\n",
    );
    for row in results {
        let _infallible = writeln!(
            table,
            "| {} | {} | {} | {} | {} | {:.2} | {:.2} | {:.3} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {} | {} | {} | {} |",
            row.binary,
            row.event,
            row.build,
            millions(row.cold_instructions),
            millions(row.warm_instructions),
            millis(row.cold_micros),
            millis(row.cold_cpu_micros),
            millis(row.further_cpu_micros),
            millis(row.p50_micros),
            millis(row.p99_micros),
            row.peak_bytes as f64 / 1e6,
            row.size_bytes as f64 / 1e6,
            row.zipped_bytes as f64 / 1e6,
            row.calls.join(", "),
            row.round_trips,
            row.read_units,
            row.write_units,
        );
    }
    table
}

fn millions(instructions: Option<u64>) -> String {
    instructions.map_or_else(|| "–".into(), |count| format!("{:.3}", count as f64 / 1e6))
}

fn millis(micros: u128) -> f64 {
    micros as f64 / 1e3
}
