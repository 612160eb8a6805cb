//! Measures the functions of a release build as Lambda runs them. docs/COLD-START.md shows how.

mod authority;
mod front;
mod measure;
mod process;
mod report;
mod runtime_api;
mod stage;

use clap::Parser;
use measure::{Effort, Figures, Subject};
use roster_functions::ENDPOINTS;
use stage::{Happy, Stage};
use std::{path::PathBuf, process::ExitCode};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Measures functions as Lambda runs them, over an embedded DynamoDB behind TLS.
#[derive(Parser)]
struct Options {
    /// Functions to measure; without any, all HTTP functions
    functions: Vec<String>,
    /// Folder with release binaries; a second one is measured side by side, in turns
    #[arg(long = "build", value_name = "DIR", default_value = "target/release")]
    builds: Vec<PathBuf>,
    /// Every happy event of a function, not just its first
    #[arg(long)]
    all_events: bool,
    /// Cold starts that are timed
    #[arg(long, default_value_t = 21)]
    starts: usize,
    /// Warm requests that are timed
    #[arg(long, default_value_t = 1000)]
    requests: usize,
    /// Leave out the counting of instructions, which needs valgrind
    #[arg(long)]
    no_instructions: bool,
    /// File for the figures as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("roster-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Error> {
    let effort = Effort {
        starts: options.starts,
        requests: options.requests,
        counted: !options.no_instructions,
    };
    let stage = Stage::set().await?;
    let mut figures = vec![];
    for happy in Happy::of("profile-get")?.iter().take(1) {
        figures.extend(measure("bare", &stage, &options.builds, happy, effort).await?);
    }
    let functions = if options.functions.is_empty() {
        ENDPOINTS
            .iter()
            .map(|endpoint| endpoint.name.to_owned())
            .collect()
    } else {
        options.functions
    };
    for function in functions {
        let mut events = Happy::of(&function)?;
        if !options.all_events {
            events.truncate(1);
        }
        for happy in &events {
            figures.extend(measure(&function, &stage, &options.builds, happy, effort).await?);
        }
    }
    print!("{}", report::table(&figures));
    if let Some(path) = options.json {
        std::fs::write(path, serde_json::to_string_pretty(&figures)?)?;
    }
    Ok(())
}

/// One function of every build, in turns, so that what else the machine does hits all alike.
async fn measure(
    binary: &str,
    stage: &Stage,
    builds: &[PathBuf],
    happy: &Happy,
    effort: Effort,
) -> Result<Vec<Figures>, Error> {
    let bootstraps: Vec<_> = builds.iter().map(|build| build.join(binary)).collect();
    for bootstrap in &bootstraps {
        if !bootstrap.exists() {
            let path = bootstrap.display();
            return Err(format!("there is no {path}; build it: cargo build --release -p roster-functions -p roster-bench").into());
        }
    }
    let pairs = builds.iter().zip(&bootstraps);
    let mut subjects: Vec<Subject> = pairs
        .map(|(build, bootstrap)| {
            Subject::new(stage, &build.display().to_string(), bootstrap, happy)
        })
        .collect();
    for _ in 0..effort.starts {
        for subject in &mut subjects {
            subject.start().await?;
        }
    }
    const TURNS: usize = 5;
    for _ in 0..TURNS {
        for subject in &mut subjects {
            subject.requests(effort.requests.div_ceil(TURNS)).await?;
        }
    }
    let mut figures = vec![];
    for subject in subjects {
        figures.push(subject.finish(effort.counted).await?);
    }
    Ok(figures)
}
