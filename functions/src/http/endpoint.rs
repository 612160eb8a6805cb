use super::{Error, ErrorBody, Event, Request, Response};
use crate::{App, log::error_chain};
use futures_util::FutureExt;
use roster_dynamodb::Backoff;
use std::{
    panic::AssertUnwindSafe,
    pin::Pin,
    time::{Duration, Instant},
};

/// One of the documented APIs, or what stands beside them.
#[derive(Debug)]
pub struct Api {
    /// What the OpenAPI document calls it.
    pub name: &'static str,
    /// Whether the OpenAPI document has its operations.
    pub is_documented: bool,
    /// How it says an error.
    pub(crate) error_body: fn(&Error) -> ErrorBody,
}

/// The future of a handler's response.
pub(crate) type Handling<'a> = Pin<Box<dyn Future<Output = Result<Response, Error>> + Send + 'a>>;

/// One operation: what is deployed as one function.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// The binary's name.
    pub name: &'static str,
    /// The API that it belongs to.
    pub api: &'static Api,
    /// Method and path of each of its routes, as API Gateway writes them: `GET /v2/user`.
    pub routes: &'static [&'static str],
    /// Which callers may use it, for people.
    pub callers: &'static str,
    /// What it does, in a few words.
    pub summary: &'static str,
    pub(crate) handle: for<'a> fn(&'a App, &'a Request) -> Handling<'a>,
    pub(crate) accepts_basic_auth: bool,
    pub(crate) accepts_tokens: bool,
    pub(crate) warm_up: fn(),
    pub(crate) stands_for: fn(&Request) -> Option<&'static Endpoint>,
}

/// The first wait after a lost race; each next one may be twice as long.
const FIRST_BACKOFF: Duration = Duration::from_millis(5);

/// What is left of a request's time for the response, when nothing is tried any more.
const RESERVE: Duration = Duration::from_secs(1);

impl Endpoint {
    /// `Authorization: Basic` works too.
    pub(crate) const fn accepting_basic_auth(self) -> Self {
        Self {
            accepts_basic_auth: true,
            ..self
        }
    }

    /// `Authorization: Basic` is all that works.
    pub(crate) const fn accepting_only_basic_auth(self) -> Self {
        Self {
            accepts_basic_auth: true,
            accepts_tokens: false,
            ..self
        }
    }

    /// The schemes that would work, for a caller whose credential does not (RFC 9110).
    fn schemes(&self) -> &'static str {
        match (self.accepts_basic_auth, self.accepts_tokens) {
            (true, true) => r#"Basic realm="roster", charset="UTF-8", Bearer realm="roster""#,
            (true, false) => r#"Basic realm="roster", charset="UTF-8""#,
            (false, _) => r#"Bearer realm="roster""#,
        }
    }

    /// Does `warm_up` when the function starts, which the first request would otherwise have to do:
    /// Lambda lends a whole processor to a function that starts.
    pub(crate) const fn warmed_up_by(self, warm_up: fn()) -> Self {
        Self { warm_up, ..self }
    }

    /// Stands for several endpoints: a request is handled and logged as if it had reached the one
    /// that `endpoint` finds.
    pub(crate) const fn standing_for(
        self,
        endpoint: fn(&Request) -> Option<&'static Self>,
    ) -> Self {
        Self {
            stands_for: endpoint,
            ..self
        }
    }

    /// The whole of a request, which has to end by `deadline`: handler, error in the API's words,
    /// headers, log line.
    pub async fn respond(&self, app: &App, event: Event, deadline: Instant) -> Response {
        let request = Request::from(event);
        let endpoint = (self.stands_for)(&request).unwrap_or(self);
        let request = request.to(endpoint.name);
        endpoint.respond_to(app, &request, deadline).await
    }

    async fn respond_to(&self, app: &App, request: &Request, deadline: Instant) -> Response {
        let started = app.clock.now();
        let end = deadline - RESERVE;
        let app = &app.until(end);
        // A panic is a defect like any other. The runtime would catch it too, but could only answer
        // in words of its own.
        let handled = AssertUnwindSafe(self.handle_until(app, request, end)).catch_unwind();
        let panicked = |_| Err(Error::internal("the handler panicked"));
        let (response, code) = match handled.await.unwrap_or_else(panicked) {
            Ok(response) => (response, None),
            Err(error) => {
                if let Some(cause) = error.cause() {
                    let cause = error_chain(cause);
                    tracing::error!(correlation_id = request.id(), cause, "failed");
                }
                let body = (self.api.error_body)(&error);
                let response = Response::error(&error, body, self.schemes());
                (response, Some(error.code.as_str()))
            }
        };
        // A GET changes nothing: who asks is not worth its line's length.
        let (method, _) = request.method_and_path();
        let observed = &app.observations;
        let caller = observed.caller().filter(|_| method != "GET");
        let status = response.status;
        // Names in capitals are metrics: see `log::Metrics`.
        tracing::info!(
            endpoint = self.name,
            correlation_id = request.id(),
            account = caller.map(|caller| tracing::field::display(caller.account)),
            actor = caller.map(|caller| tracing::field::display(caller.user)),
            status = status.as_u16(),
            code,
            Requests = 1,
            Errors = status.is_server_error().then_some(1),
            Rejections = status.is_client_error().then_some(1),
            Latency = app.clock.now().since(started).as_millis() as u64,
            StoreCalls = app.repository.calls(),
            Logins = observed.logins(),
            FailedLogins = observed.failed_logins(),
            Lockouts = observed.lockouts(),
            "answered"
        );
        response.finish(request.id(), &app.settings.build_id)
    }

    /// Calls the handler until `end`, and if what it read was changed before it wrote, calls it again from the
    /// start: the caller may not be what they were.
    async fn handle_until(
        &self,
        app: &App,
        request: &Request,
        end: Instant,
    ) -> Result<Response, Error> {
        let mut backoff = Backoff::new(FIRST_BACKOFF, 0).until(Some(end));
        loop {
            match (self.handle)(app, request).await {
                Err(error) if error.is_stale() => {}
                handled => return handled,
            }
            if !backoff.wait().await {
                let cause = "the user is being changed by too many at once";
                return Err(Error::unavailable(cause));
            }
        }
    }
}

/// An [`Endpoint`] with an `async fn` as its handler.
macro_rules! endpoint {
    (
        api: $api:expr,
        name: $name:literal,
        routes: $routes:expr,
        callers: $callers:literal,
        summary: $summary:literal,
        handler: $handler:path $(,)?
    ) => {
        $crate::Endpoint {
            name: $name,
            api: &$api,
            routes: &$routes,
            callers: $callers,
            summary: $summary,
            handle: |app, request| Box::pin($handler(app, request)),
            accepts_basic_auth: false,
            accepts_tokens: true,
            warm_up: || {},
            stands_for: |_| None,
        }
    };
}
pub(crate) use endpoint;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Settings, api::profile};
    use roster_domain::Clock;
    use roster_dynamodb::{Repository, Timeouts};

    fn app() -> App {
        let nowhere = "http://127.0.0.1:1";
        let repository = Repository::connect_local(nowhere, "t".into(), Timeouts::LOCAL);
        App::new(repository.unwrap(), Clock::system(), Settings::default())
    }

    fn test_endpoint(handle: for<'a> fn(&'a App, &'a Request) -> Handling<'a>) -> Endpoint {
        Endpoint {
            handle,
            ..profile::get::ENDPOINT
        }
    }

    async fn panics(_: &App, _: &Request) -> Result<Response, Error> {
        panic!("as if there were a defect")
    }

    async fn loses_every_race(_: &App, _: &Request) -> Result<Response, Error> {
        Err(Error::STALE)
    }

    #[tokio::test]
    async fn a_panic_is_answered_as_a_defect_in_the_words_of_the_api() {
        let endpoint = test_endpoint(|app, request| Box::pin(panics(app, request)));
        let deadline = Instant::now() + Duration::from_secs(3);
        let response = endpoint.respond(&app(), Event::default(), deadline).await;
        assert_eq!(response.status.as_u16(), 500);
        assert!(response.body.contains(r#""error":"INTERNAL""#));
        assert!(!response.body.contains("as if"));
    }

    #[tokio::test]
    async fn races_are_lost_until_the_deadline_and_no_longer() {
        let endpoint = test_endpoint(|app, request| Box::pin(loses_every_race(app, request)));
        let deadline = Instant::now() + RESERVE + Duration::from_millis(100);
        let response = endpoint.respond(&app(), Event::default(), deadline).await;
        assert!(Instant::now() < deadline);
        assert_eq!(response.status.as_u16(), 503);
        assert_eq!(response.headers["retry-after"], "1");
    }
}
