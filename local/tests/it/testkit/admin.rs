//! `roster-admin`, on the store of a test.

use super::TestApp;
use clap::Parser;
use roster_admin::{Io, Options, Outcome, run};
use roster_domain::Clock;
use serde_json::Value;
use std::{
    env,
    io::{self, Write},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

/// Under this name the test that is `roster-admin` finds what it is started with.
const ARGUMENTS: &str = "ROSTER_ADMIN_ARGUMENTS";

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    pub out: String,
    pub notes: String,
    error: Option<String>,
    /// Whether an import left lines out.
    pub has_rejected: bool,
}

impl Ran {
    #[track_caller]
    pub fn expect_done(self) -> Self {
        assert_eq!(self.error, None, "{}", self.notes);
        self
    }

    /// What it says when it does not do it.
    #[track_caller]
    pub fn expect_error(self) -> String {
        self.error
            .unwrap_or_else(|| panic!("it was done: {}", self.out))
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

impl TestApp {
    /// Runs a command at the time of the app: its result is JSON.
    pub async fn admin(&self, arguments: &[&str]) -> Ran {
        self.admin_at(&self.store_endpoint(), arguments).await
    }

    /// The same from behind the app's proxy, which may do something to its requests.
    pub async fn admin_behind_proxy(&self, arguments: &[&str]) -> Ran {
        self.admin_at(&self.proxy.endpoint(), arguments).await
    }

    async fn admin_at(&self, endpoint: &str, arguments: &[&str]) -> Ran {
        let options = options(endpoint, arguments);
        let (out, notes) = (Buffer::default(), Buffer::default());
        let io = Io::to(out.clone(), notes.clone());
        let ran = run(options, self.app.clock.clone(), io).await;
        Ran {
            out: out.text(),
            notes: notes.text(),
            has_rejected: ran.as_ref().is_ok_and(|it| *it == Outcome::Rejected),
            error: ran.err().map(|error| error.to_string()),
        }
    }

    /// Starts a command as a process of its own.
    pub fn start_admin(&self, arguments: &[&str]) -> Child {
        let endpoint = self.store_endpoint();
        let arguments = [&["--endpoint", &endpoint], arguments].concat();
        Command::new(env::current_exe().unwrap())
            .args(["--exact", "admin::killed::program", "--ignored"])
            .env(ARGUMENTS, arguments.join("\n"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }
}

/// What [`TestApp::start_admin`] starts, in its process.
pub async fn run_admin() {
    let arguments = env::var(ARGUMENTS).unwrap();
    let arguments = ["roster-admin"].into_iter().chain(arguments.split('\n'));
    let options = Options::parse_from(arguments);
    run(options, Clock::system(), Io::of_process())
        .await
        .unwrap();
}

fn options(endpoint: &str, arguments: &[&str]) -> Options {
    let own = ["roster-admin", "--json", "--endpoint", endpoint];
    Options::parse_from(own.iter().chain(arguments))
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
