//! The kept instruction counts: a function that takes a twentieth more than it did is a defect.

use crate::{
    Error,
    fixture::{Fixture, Happy, root},
    measure::Subject,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, path::Path, path::PathBuf};

/// More than this many percent above what is kept fails.
const MARGIN_PERCENT: u64 = 5;

/// What a function took when it was last looked at.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Count {
    event: String,
    /// Instructions from process start to first answer.
    cold: u64,
    /// Instructions of every further request.
    further: u64,
}

type Counts = BTreeMap<String, Count>;

fn file() -> PathBuf {
    root().join("bench/instructions.json")
}

async fn count(fixture: &Fixture, build: &Path, functions: &[String]) -> Result<Counts, Error> {
    let mut counts = Counts::new();
    for function in functions {
        let happy = Happy::of(function)?;
        let happy = happy
            .first()
            .ok_or_else(|| format!("{function} has no happy event"))?;
        let bootstrap = build.join(function);
        let subject = Subject::new(fixture, "", &bootstrap, happy);
        let (cold, further) = subject.instructions().await?;
        let event = happy.name.clone();
        counts.insert(
            function.clone(),
            Count {
                event,
                cold,
                further,
            },
        );
    }
    Ok(counts)
}

/// Counts the functions' instructions, and keeps what they are now.
pub async fn keep(build: &Path, functions: &[String]) -> Result<(), Error> {
    let fixture = Fixture::start().await?;
    let mut kept = kept().unwrap_or_default();
    kept.extend(count(&fixture, build, functions).await?);
    fs::write(file(), serde_json::to_string_pretty(&kept)? + "\n")?;
    Ok(())
}

fn kept() -> Result<Counts, Error> {
    Ok(serde_json::from_str(&fs::read_to_string(file())?)?)
}

/// Counts the functions' instructions, and compares them with what is kept.
///
/// # Errors
/// When one takes more than the margin allows, or is not kept.
pub async fn check(build: &Path, functions: &[String]) -> Result<(), Error> {
    let kept = kept()?;
    let fixture = Fixture::start().await?;
    let mut worse = vec![];
    for (function, now) in count(&fixture, build, functions).await? {
        let was = kept
            .get(&function)
            .ok_or_else(|| format!("{function} is not in {}", file().display()))?;
        for (what, was, now) in [
            ("start", was.cold, now.cold),
            ("further request", was.further, now.further),
        ] {
            let change = 100.0 * (now as f64 / was as f64 - 1.0);
            println!("{function}, {what}: {now} instructions, {change:+.1} % ({was} kept)");
            if now * 100 > was * (100 + MARGIN_PERCENT) {
                worse.push(format!("{function}'s {what}"));
            } else if now * 100 < was * (100 - MARGIN_PERCENT) {
                println!("  better than what is kept: keep it with --keep, so that it stays so");
            }
        }
    }
    if worse.is_empty() {
        return Ok(());
    }
    Err(format!(
        "more instructions than {MARGIN_PERCENT} % above what is kept: {}. Find out why; if it is worth it, keep the new counts with --keep",
        worse.join(", ")
    )
    .into())
}
