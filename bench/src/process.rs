//! One function process, started as Lambda starts it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use bytes::Bytes;

use crate::{Error, runtime_api::RuntimeApi};
use roster_local::TABLE;

/// What a function is started with, beside the Runtime API's address.
pub struct Setting<'a> {
    /// The release binary, packaged by Lambda under the name `bootstrap`.
    pub bootstrap: &'a Path,
    /// What goes into `AWS_ENDPOINT_URL_DYNAMODB`.
    pub endpoint: &'a str,
    /// What goes into `AWS_CA_BUNDLE`.
    pub ca_bundle: &'a Path,
}

/// A running function.
pub struct Process {
    child: Child,
    api: RuntimeApi,
    started: Instant,
    profile: Option<PathBuf>,
}

impl Process {
    /// Starts the binary as it is.
    pub async fn start(setting: &Setting<'_>) -> Result<Self, Error> {
        Self::spawn(Command::new(setting.bootstrap), setting, None).await
    }

    /// Starts the binary under callgrind, which counts its instructions into `profile`.
    pub async fn start_counted(setting: &Setting<'_>, profile: &Path) -> Result<Self, Error> {
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--quiet", "--tool=callgrind"]);
        valgrind.arg(format!("--callgrind-out-file={}", profile.display()));
        valgrind.arg(setting.bootstrap);
        Self::spawn(valgrind, setting, Some(profile.to_owned())).await
    }

    async fn spawn(
        mut command: Command,
        setting: &Setting<'_>,
        profile: Option<PathBuf>,
    ) -> Result<Self, Error> {
        let api = RuntimeApi::start().await?;
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LAMBDA_TASK_ROOT", "/var/task")
            .env("AWS_LAMBDA_RUNTIME_API", api.address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "bench")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
            .env("AWS_LAMBDA_LOG_FORMAT", "JSON")
            .env("AWS_LAMBDA_LOG_LEVEL", "INFO")
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", "ASIABENCHBENCHBENCHB")
            .env("AWS_SECRET_ACCESS_KEY", "bench")
            // As long as the tokens that Lambda hands out.
            .env("AWS_SESSION_TOKEN", "bench".repeat(200))
            .env("AWS_ENDPOINT_URL_DYNAMODB", setting.endpoint)
            .env("AWS_CA_BUNDLE", setting.ca_bundle)
            .env("TABLE_NAME", TABLE)
            // What they cost is found by giving them.
            .envs(
                ["LOG_LEVEL", "METRICS"]
                    .into_iter()
                    .filter_map(|name| Some((name, env::var(name).ok()?))),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let started = Instant::now();
        let child = command.spawn().map_err(|error| {
            format!("cannot start {}: {error}", command.get_program().display())
        })?;
        Ok(Self {
            child,
            api,
            started,
            profile,
        })
    }

    /// Sends an event; the time it took, and the function's answer.
    pub async fn invoke(&mut self, event: Bytes) -> Result<(Duration, Bytes), Error> {
        let sent = Instant::now();
        let answer = self.api.invoke(event).await?;
        Ok((answer.at - sent, answer.body))
    }

    /// Sends the first event; the time since the process was started, and the function's answer.
    pub async fn first(&mut self, event: Bytes) -> Result<(Duration, Bytes), Error> {
        let answer = self.api.invoke(event).await?;
        Ok((answer.at - self.started, answer.body))
    }

    /// Waits until the process is done with an answer and asks for the next event.
    pub async fn idle(&mut self) -> Result<(), Error> {
        self.api.idle().await
    }

    /// Time on a processor so far, over all threads.
    pub fn cpu(&self) -> Result<Duration, Error> {
        let mut nanos = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let schedstat = fs::read_to_string(task?.path().join("schedstat"))?;
            nanos += schedstat
                .split(' ')
                .next()
                .unwrap_or_default()
                .parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanos))
    }

    /// The most memory it held so far, in bytes (`VmHWM`).
    pub fn peak_memory(&self) -> Result<u64, Error> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = peak.and_then(|peak| peak.trim().strip_suffix(" kB"));
        let kib: u64 = kib.ok_or("no VmHWM in /proc")?.trim().parse()?;
        Ok(kib * 1024)
    }

    /// Ends a counted process; the instructions that it executed, over all threads.
    pub fn stop(mut self) -> Result<u64, Error> {
        let profile = self
            .profile
            .take()
            .ok_or("its instructions were not counted")?;
        // Callgrind writes its counts when the process is asked to end, not when it is killed.
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()?;
        if !asked.success() {
            return Err("the counted process had ended before it was asked to".into());
        }
        self.child.wait()?;
        let counts = fs::read_to_string(&profile)?;
        let totals = counts
            .lines()
            .find_map(|line| line.strip_prefix("totals: "));
        Ok(totals
            .ok_or("no totals in callgrind's output")?
            .trim()
            .parse()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // An ended process cannot be killed, and need not be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
