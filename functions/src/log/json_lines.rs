use super::{
    metrics::{Metrics, is_metric},
    variable,
};
use roster_domain::Clock;
use serde::ser::{SerializeMap, Serializer};
use std::{
    fmt,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{
        FmtContext,
        format::{FormatEvent, FormatFields, Writer},
    },
    registry::LookupSpan,
};

/// Writes an event as one flat JSON object. What all lines of a function say has the names of
/// [Powertools](https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/), so that
/// queries that an operator knows work here too.
#[derive(Debug)]
pub struct JsonLines {
    /// `POWERTOOLS_SERVICE_NAME`: the stack.
    service: String,
    /// `BUILD_ID`.
    version: String,
    /// Lambda's own name of the function.
    function_name: Option<String>,
    metrics: Option<Metrics>,
    clock: Clock,
    cold_start_counted: AtomicBool,
}

/// What Lambda says of the request that a function is working on.
#[derive(Debug, Default)]
pub(crate) struct Invocation {
    pub(crate) request_id: String,
    pub(crate) trace_id: Option<String>,
    /// API Gateway's own id of the request, which its access log has too.
    pub(crate) correlation_id: Option<String>,
    /// Which one of the process it is, from 1.
    pub(crate) number: u64,
}

/// Lambda gives a process one request at a time. The local server, which works on many at once, sets none.
static INVOCATION: RwLock<Option<Invocation>> = RwLock::new(None);

/// Says on which request the process is working from now on.
pub(crate) fn set_invocation(next: Invocation) {
    let mut invocation = INVOCATION.write().unwrap_or_else(PoisonError::into_inner);
    let number = invocation.as_ref().map_or(0, |last| last.number) + 1;
    *invocation = Some(Invocation { number, ..next });
}

impl JsonLines {
    /// The lines of a service: its name, and the id of its build.
    pub fn new(service: String, version: String, metrics: Option<Metrics>, clock: Clock) -> Self {
        Self {
            service,
            version,
            function_name: None,
            metrics,
            clock,
            cold_start_counted: AtomicBool::new(false),
        }
    }

    /// As the function's environment says.
    pub(super) fn from_env() -> Self {
        let service = variable("POWERTOOLS_SERVICE_NAME").unwrap_or_else(|| "roster".to_owned());
        let metrics = Metrics::from_env();
        Self {
            function_name: variable("AWS_LAMBDA_FUNCTION_NAME"),
            ..Self::new(service, crate::app::build_id(), metrics, Clock::system())
        }
    }

    pub(super) fn has_metrics(&self) -> bool {
        self.metrics.is_some()
    }

    fn line(&self, event: &Event<'_>) -> serde_json::Result<Vec<u8>> {
        let invocation = INVOCATION.read().unwrap_or_else(PoisonError::into_inner);
        let invocation = invocation.as_ref();
        let now = self.clock.now();
        let cold_start = invocation.is_none_or(|invocation| invocation.number == 1);
        let mut line = Vec::with_capacity(LINE_BYTES);
        let mut serializer = serde_json::Serializer::new(&mut line);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("timestamp", &now)?;
        map.serialize_entry("level", event.metadata().level().as_str())?;
        map.serialize_entry("service", &self.service)?;
        map.serialize_entry("version", &self.version)?;
        if let Some(name) = &self.function_name {
            map.serialize_entry("function_name", name)?;
        }
        if let Some(invocation) = invocation {
            map.serialize_entry("cold_start", &cold_start)?;
            map.serialize_entry("function_request_id", &invocation.request_id)?;
            if let Some(trace) = &invocation.trace_id {
                map.serialize_entry("xray_trace_id", trace)?;
            }
        }
        let mut fields = Fields::into(map);
        event.record(&mut fields);
        let Fields {
            mut map,
            outcome,
            metrics: mut names,
            has_correlation_id,
            has_endpoint,
            has_code,
        } = fields;
        outcome?;
        let correlation_id = invocation.and_then(|invocation| invocation.correlation_id.as_ref());
        if let Some(id) = correlation_id.filter(|_| !has_correlation_id) {
            map.serialize_entry("correlation_id", id)?;
        }
        if let Some(metrics) = self.metrics.as_ref().filter(|_| !names.is_empty()) {
            // In the first line that has metrics at all, which not every request of a worker has.
            let counted = || self.cold_start_counted.swap(true, Ordering::Relaxed);
            if invocation.is_some() && !counted() {
                map.serialize_entry("ColdStarts", &1)?;
                names.push("ColdStarts");
            }
            let directives = metrics.directives(&names, (has_endpoint, has_code), now);
            map.serialize_entry("_aws", &directives)?;
        }
        map.end()?;
        line.push(b'\n');
        Ok(line)
    }
}

/// Most lines are shorter.
const LINE_BYTES: usize = 1024;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let line = self.line(event).map_err(|_| fmt::Error)?;
        writer.write_str(str::from_utf8(&line).map_err(|_| fmt::Error)?)
    }
}

/// Adds the fields of an event to a line.
struct Fields<M: SerializeMap> {
    map: M,
    outcome: Result<(), M::Error>,
    /// The names of those that are metrics.
    metrics: Vec<&'static str>,
    has_correlation_id: bool,
    has_endpoint: bool,
    has_code: bool,
}

impl<M: SerializeMap> Fields<M> {
    fn into(map: M) -> Self {
        Self {
            map,
            outcome: Ok(()),
            metrics: Vec::new(),
            has_correlation_id: false,
            has_endpoint: false,
            has_code: false,
        }
    }

    fn add(&mut self, field: &Field, value: impl serde::Serialize) {
        let name = field.name();
        match name {
            "correlation_id" => self.has_correlation_id = true,
            "endpoint" => self.has_endpoint = true,
            "code" => self.has_code = true,
            _ if is_metric(name) => self.metrics.push(name),
            _ => {}
        }
        if self.outcome.is_ok() {
            self.outcome = self.map.serialize_entry(name, &value);
        }
    }
}

impl<M: SerializeMap> Visit for Fields<M> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, format_args!("{value:?}"));
    }
}
