//! What is logged.

use roster_domain::Clock;
use roster_functions::{JsonLines, Metrics};
use std::{
    io::{self, Write},
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
};

static LOGGED: LazyLock<Mutex<Vec<u8>>> = LazyLock::new(|| {
    let metrics = Metrics {
        namespace: "Roster".to_owned(),
        by_endpoint: true,
    };
    let (service, version) = ("roster-test".to_owned(), "1".to_owned());
    let lines = JsonLines::new(service, version, Some(metrics), Clock::system());
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .event_format(lines)
        .with_writer(Writer::default)
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    Mutex::default()
});

/// What any test logs from `Log::start` on, as a function logs it.
///
/// It is one log for the whole program: what is logged for one thread only, tracing may forget to log
/// at all when another thread comes by first. Tests that look for their secrets need secrets of their
/// own.
pub struct Log {
    from: usize,
}

impl Log {
    pub fn start() -> Self {
        let from = logged().len();
        Self { from }
    }

    pub fn text(&self) -> String {
        String::from_utf8(logged()[self.from..].to_vec()).unwrap()
    }
}

fn logged() -> MutexGuard<'static, Vec<u8>> {
    LOGGED.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Default)]
struct Writer;

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        logged().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
