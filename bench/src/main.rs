//! Measures the functions of a release build as Lambda runs them. docs/SPEED.md shows how.

mod authority;
mod cost;
mod counts;
mod front;
mod measure;
mod process;
mod report;
mod runtime_api;
mod stage;

use clap::{Args, Parser, Subcommand};
use measure::{Effort, Figures, Subject};
use roster_functions::ENDPOINTS;
use stage::{Happy, Stage};
use std::{fs, path::PathBuf, process::ExitCode};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Measures functions as Lambda runs them, over an embedded DynamoDB.
#[derive(Parser)]
struct Options {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Time, instructions, memory and size of functions, in a table
    Measure(Measure),
    /// Compare instructions with what is kept in bench/instructions.json
    Check(Check),
    /// Write docs/COST.md: what each operation asks of the store
    Cost {
        /// Users in the account that is asked for; more than one to compare
        #[arg(long, value_delimiter = ',', default_value = "1000,1000000")]
        users: Vec<u64>,
    },
}

#[derive(Args)]
struct Measure {
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
    /// Folder to leave callgrind's profiles in
    #[arg(long, value_name = "DIR")]
    keep_profiles: Option<PathBuf>,
    /// File for the figures as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Args)]
struct Check {
    /// Functions to check; without any, all HTTP functions
    functions: Vec<String>,
    /// Folder with release binaries
    #[arg(long, value_name = "DIR", default_value = "target/release")]
    build: PathBuf,
    /// Keep the counts as they are now
    #[arg(long)]
    keep: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Options::parse().task {
        Task::Measure(options) => measure_all(options).await,
        Task::Check(options) => check(options).await,
        Task::Cost { users } => cost::write(&users).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("roster-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn or_all(functions: Vec<String>) -> Vec<String> {
    if functions.is_empty() {
        ENDPOINTS
            .iter()
            .map(|endpoint| endpoint.name.to_owned())
            .collect()
    } else {
        functions
    }
}

async fn check(options: Check) -> Result<(), Error> {
    let functions = or_all(options.functions);
    if options.keep {
        counts::keep(&options.build, &functions).await
    } else {
        counts::check(&options.build, &functions).await
    }
}

async fn measure_all(options: Measure) -> Result<(), Error> {
    let effort = Effort {
        starts: options.starts,
        requests: options.requests,
        counted: !options.no_instructions,
    };
    let mut stage = Stage::set().await?;
    stage.keep_profiles(options.keep_profiles);
    let mut figures = vec![];
    for happy in Happy::of("profile-get")?.iter().take(1) {
        figures.extend(measure("bare", &stage, &options.builds, happy, effort).await?);
    }
    for function in or_all(options.functions) {
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
        fs::write(path, serde_json::to_string_pretty(&figures)?)?;
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
    if let Some(missing) = bootstraps.iter().find(|bootstrap| !bootstrap.exists()) {
        let missing = missing.display();
        return Err(format!(
            "there is no {missing}; build it: cargo build --release -p roster-functions -p roster-bench"
        )
        .into());
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
