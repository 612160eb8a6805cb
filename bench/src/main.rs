//! Measures the functions of a release build as Lambda runs them. docs/design/SPEED.md shows how.

mod authority;
mod cost;
mod counts;
mod fixture;
mod measure;
mod process;
mod proxy;
mod report;
mod runtime_api;

use clap::{Args, Parser, Subcommand};
use fixture::{Fixture, Happy};
use measure::{Options, Results, Subject};
use roster_functions::ENDPOINTS;
use std::{fs, path::PathBuf, process::ExitCode};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Measures functions as Lambda runs them, over an embedded DynamoDB.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Time, instructions, memory and size of functions, in a table
    Measure(Measure),
    /// Compare instructions with what is kept in bench/instructions.json
    Check(Check),
    /// Write docs/design/COST.md: what each operation asks of the store
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
    /// File for the results as JSON
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
    let outcome = match Arguments::parse().task {
        Task::Measure(arguments) => measure_all(arguments).await,
        Task::Check(arguments) => check(arguments).await,
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

async fn check(arguments: Check) -> Result<(), Error> {
    let functions = or_all(arguments.functions);
    if arguments.keep {
        counts::keep(&arguments.build, &functions).await
    } else {
        counts::check(&arguments.build, &functions).await
    }
}

async fn measure_all(arguments: Measure) -> Result<(), Error> {
    let options = Options {
        starts: arguments.starts,
        requests: arguments.requests,
        counted: !arguments.no_instructions,
    };
    let mut fixture = Fixture::start().await?;
    fixture.keep_profiles(arguments.keep_profiles);
    let mut results = vec![];
    for happy in Happy::of("profile-get")?.iter().take(1) {
        results.extend(measure("bare", &fixture, &arguments.builds, happy, options).await?);
    }
    for function in or_all(arguments.functions) {
        let mut events = Happy::of(&function)?;
        if !arguments.all_events {
            events.truncate(1);
        }
        for happy in &events {
            results.extend(measure(&function, &fixture, &arguments.builds, happy, options).await?);
        }
    }
    print!("{}", report::table(&results));
    if let Some(path) = arguments.json {
        fs::write(path, serde_json::to_string_pretty(&results)?)?;
    }
    Ok(())
}

/// One function of every build, in turns, so that what else the machine does hits all alike.
async fn measure(
    binary: &str,
    fixture: &Fixture,
    builds: &[PathBuf],
    happy: &Happy,
    options: Options,
) -> Result<Vec<Results>, Error> {
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
            Subject::new(fixture, &build.display().to_string(), bootstrap, happy)
        })
        .collect();
    for _ in 0..options.starts {
        for subject in &mut subjects {
            subject.start().await?;
        }
    }
    const TURNS: usize = 5;
    for _ in 0..TURNS {
        for subject in &mut subjects {
            subject.requests(options.requests.div_ceil(TURNS)).await?;
        }
    }
    let mut results = vec![];
    for subject in subjects {
        results.push(subject.finish(options.counted).await?);
    }
    Ok(results)
}
