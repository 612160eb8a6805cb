//! Measures one function.

use crate::{
    Error,
    fixture::{Fixture, Happy},
    process::{Process, Setting},
};
use flate2::{Compression, write::DeflateEncoder};
use roster_local::{Consumption, StoreCall};
use serde::Serialize;
use std::{fs, io::Write, path::Path, time::Duration};

/// How much is measured.
#[derive(Clone, Copy)]
pub struct Options {
    /// Cold starts that are timed.
    pub starts: usize,
    /// Warm requests that are timed.
    pub requests: usize,
    /// Whether callgrind counts instructions.
    pub counted: bool,
}

/// What a function takes, by one event. Times are in microseconds, sizes in bytes.
#[derive(Debug, Default, Serialize)]
pub struct Results {
    /// The build, and the function.
    pub build: String,
    /// The function's binary.
    pub binary: String,
    /// The event that it was given.
    pub event: String,
    /// Instructions, process start to first answer, up to its asking for the next event.
    pub cold_instructions: Option<u64>,
    /// Instructions of every further request.
    pub warm_instructions: Option<u64>,
    /// Process start to first answer: the median.
    pub cold_micros: u128,
    /// Time on a processor of that: the median.
    pub cold_cpu_micros: u128,
    /// Further requests: the median, and what one in a hundred exceeds.
    pub p50_micros: u128,
    /// See `p50_micros`.
    pub p99_micros: u128,
    /// Time on a processor of a further request: the mean.
    pub further_cpu_micros: u128,
    /// The most memory that the process held.
    pub peak_bytes: u64,
    /// The binary.
    pub size_bytes: usize,
    /// The binary in a deployment package.
    pub zipped_bytes: usize,
    /// What the store was asked by one warm request, in order.
    pub calls: Vec<String>,
    /// Calls that waited for another.
    pub round_trips: usize,
    /// Read capacity units of one warm request.
    pub read_units: f64,
    /// Write capacity units of one warm request.
    pub write_units: f64,
}

/// Requests whose instructions are counted, after the first.
const COUNTED_REQUESTS: u64 = 10;

/// A function under measurement.
pub struct Subject<'a> {
    fixture: &'a Fixture,
    setting: Setting<'a>,
    happy: &'a Happy,
    results: Results,
    colds: Vec<(Duration, Duration)>,
    warms: Vec<Duration>,
    warm_cpu: Duration,
}

impl<'a> Subject<'a> {
    /// The function `bootstrap`, answering `happy`, or anything if that is `None`.
    pub fn new(fixture: &'a Fixture, build: &str, bootstrap: &'a Path, happy: &'a Happy) -> Self {
        Self {
            fixture,
            setting: Setting {
                bootstrap,
                endpoint: &fixture.proxy.endpoint,
                ca_bundle: &fixture.ca_bundle,
            },
            happy,
            results: Results {
                build: build.to_owned(),
                binary: bootstrap
                    .file_name()
                    .unwrap_or_default()
                    .display()
                    .to_string(),
                event: happy.name.clone(),
                ..Results::default()
            },
            colds: vec![],
            warms: vec![],
            warm_cpu: Duration::ZERO,
        }
    }

    async fn first(&self, process: &mut Process) -> Result<Duration, Error> {
        self.fixture.reset(&self.fixture.proxy)?;
        let (took, answer) = process.first(self.happy.event.clone()).await?;
        self.checked(took, &answer)
    }

    async fn further(&self, process: &mut Process) -> Result<Duration, Error> {
        process.idle().await?;
        self.fixture.reset(&self.fixture.proxy)?;
        let (took, answer) = process.invoke(self.happy.event.clone()).await?;
        self.checked(took, &answer)
    }

    fn checked(&self, took: Duration, answer: &[u8]) -> Result<Duration, Error> {
        self.happy.check(answer)?;
        Ok(took)
    }

    /// Counts the instructions of a start and `further` requests.
    async fn count(&self, further: u64) -> Result<u64, Error> {
        let name = format!("callgrind.{}.{further}", self.results.binary);
        let profile = self.fixture.profiles().join(name);
        let mut process = Process::start_counted(&self.setting, &profile).await?;
        self.first(&mut process).await?;
        for _ in 0..further {
            self.further(&mut process).await?;
        }
        process.idle().await?;
        process.stop()
    }

    /// Instructions up to the first answer, and of every further request.
    pub async fn instructions(&self) -> Result<(u64, u64), Error> {
        let cold = self.count(0).await?;
        let all = self.count(COUNTED_REQUESTS).await?;
        Ok((cold, all.saturating_sub(cold) / COUNTED_REQUESTS))
    }

    /// Times one start.
    pub async fn start(&mut self) -> Result<(), Error> {
        let mut process = Process::start(&self.setting).await?;
        let wall = self.first(&mut process).await?;
        self.colds.push((wall, process.cpu()?));
        Ok(())
    }

    /// Times warm requests, and looks at what one of them asks.
    pub async fn requests(&mut self, count: usize) -> Result<(), Error> {
        let mut process = Process::start(&self.setting).await?;
        self.first(&mut process).await?;
        let before = process.cpu()?;
        for _ in 0..count {
            let took = self.further(&mut process).await?;
            self.warms.push(took);
        }
        self.warm_cpu += process.cpu()?.saturating_sub(before);
        self.results.peak_bytes = process.peak_memory()?;

        let proxy = &self.fixture.proxy;
        proxy.take_calls();
        proxy.delay(Duration::from_millis(20));
        let outcome = self.further(&mut process).await;
        proxy.delay(Duration::ZERO);
        outcome?;
        let calls = proxy.take_calls();
        let store = Consumption::of(&calls);
        self.results.round_trips = store.round_trips;
        self.results.read_units = store.read_units;
        self.results.write_units = store.write_units;
        self.results.calls = calls
            .into_iter()
            .map(|StoreCall { operation, .. }| operation)
            .collect();
        Ok(())
    }

    /// Everything that was found.
    pub async fn finish(mut self, counted: bool) -> Result<Results, Error> {
        if counted {
            let (cold, warm) = self.instructions().await?;
            self.results.cold_instructions = Some(cold);
            self.results.warm_instructions = Some(warm);
        }
        let (mut walls, mut cpus): (Vec<_>, Vec<_>) = self.colds.iter().copied().unzip();
        self.results.cold_micros = percentile(&mut walls, 50);
        self.results.cold_cpu_micros = percentile(&mut cpus, 50);
        let warms = u128::try_from(self.warms.len().max(1))?;
        self.results.further_cpu_micros = self.warm_cpu.as_micros() / warms;
        self.results.p50_micros = percentile(&mut self.warms, 50);
        self.results.p99_micros = percentile(&mut self.warms, 99);
        let binary = fs::read(self.setting.bootstrap)?;
        let mut zip = DeflateEncoder::new(vec![], Compression::best());
        zip.write_all(&binary)?;
        self.results.size_bytes = binary.len();
        self.results.zipped_bytes = zip.finish()?.len();
        Ok(self.results)
    }
}

fn percentile(times: &mut [Duration], percent: usize) -> u128 {
    times.sort_unstable();
    let at = times.len() * percent / 100;
    times
        .get(at.min(times.len().saturating_sub(1)))
        .map_or(0, Duration::as_micros)
}
