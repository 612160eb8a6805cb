use super::{metrics::is_metric, variable};
use tracing::{Metadata, Subscriber, level_filters::LevelFilter, subscriber::Interest};
use tracing_subscriber::layer::{Context, Layer};

/// Which events become lines. Decided once for each place in the code.
pub(super) struct Level {
    least: LevelFilter,
    /// A line with numbers is written whatever its level is: alarms depend on them.
    keeps_metrics: bool,
}

impl Level {
    /// `LOG_LEVEL`: `error`, `warn`, or else `info`. Lines below `info` are not in a release build.
    pub(super) fn from_env(keeps_metrics: bool) -> Self {
        let least = variable("LOG_LEVEL").and_then(|level| level.parse().ok());
        let least = least.map_or(LevelFilter::INFO, |level: LevelFilter| {
            level.clamp(LevelFilter::ERROR, LevelFilter::INFO)
        });
        Self {
            least,
            keeps_metrics,
        }
    }

    fn takes(&self, metadata: &Metadata<'_>) -> bool {
        let has_metrics = || {
            metadata
                .fields()
                .iter()
                .any(|field| is_metric(field.name()))
        };
        metadata.is_event()
            && (*metadata.level() <= self.least || self.keeps_metrics && has_metrics())
    }
}

impl<S: Subscriber> Layer<S> for Level {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        match self.takes(metadata) {
            true => Interest::always(),
            false => Interest::never(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.takes(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::INFO)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::{
        io,
        sync::{Arc, Mutex},
    };
    use tracing_subscriber::{Registry, layer::SubscriberExt};

    /// What is written at this level by one line of each kind.
    fn written(least: LevelFilter, keeps_metrics: bool) -> String {
        let text = Arc::new(Mutex::new(Vec::new()));
        let sink = text.clone();
        let lines = tracing_subscriber::fmt::layer()
            .without_time()
            .with_ansi(false)
            .with_writer(move || Sink(sink.clone()));
        let level = Level {
            least,
            keeps_metrics,
        };
        let subscriber = Registry::default().with(level).with(lines);
        tracing::subscriber::with_default(subscriber, || {
            tracing::error!("an error");
            tracing::warn!("a warning");
            tracing::info!("news");
            tracing::info!(Requests = 1, "counted");
        });
        String::from_utf8(text.lock().unwrap().clone()).unwrap()
    }

    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_with_metrics_are_written_at_every_level() {
        let lines = written(LevelFilter::ERROR, true);
        assert!(lines.contains("an error") && lines.contains("counted"));
        assert!(!lines.contains("a warning") && !lines.contains("news"));
        let lines = written(LevelFilter::WARN, false);
        assert!(lines.contains("a warning") && !lines.contains("counted"));
        let lines = written(LevelFilter::INFO, false);
        assert!(lines.contains("news") && lines.contains("counted"));
    }
}
