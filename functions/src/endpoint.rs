use crate::{Answer, Api, Event, Failure, Request, Roster};
use futures_util::FutureExt;
use std::{error::Error, panic::AssertUnwindSafe, pin::Pin};

/// The future of a handler's answer.
pub(crate) type Answering<'a> = Pin<Box<dyn Future<Output = Result<Answer, Failure>> + Send + 'a>>;

/// One operation: what is deployed as one function.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// The binary's name.
    pub name: &'static str,
    /// In whose words it fails.
    pub api: Api,
    pub(crate) handle: for<'a> fn(&'a Roster, &'a Request) -> Answering<'a>,
    /// Whether `Authorization: Basic` can be right.
    pub(crate) takes_passwords: bool,
    /// What every request would find done, and the first would otherwise have to do: Lambda lends a
    /// whole processor to a function that starts.
    pub(crate) prepare: fn(),
    /// The endpoint that a request is for, where one function stands for several: it is answered and
    /// logged as if it had reached that one.
    pub(crate) stand_in: fn(&Request) -> Option<&'static Endpoint>,
}

impl Endpoint {
    /// The whole of a request: handler, failure in the API's words, headers, log line.
    pub async fn answer(&self, roster: &Roster, event: Event) -> Answer {
        let request = Request::from(event);
        match (self.stand_in)(&request) {
            Some(endpoint) => endpoint.answer_request(roster, &request).await,
            None => self.answer_request(roster, &request).await,
        }
    }

    async fn answer_request(&self, roster: &Roster, request: &Request) -> Answer {
        let started = roster.clock.now();
        // A panic is a defect like any other. The runtime would catch it too, but could only answer
        // in words of its own.
        let handled = AssertUnwindSafe((self.handle)(roster, request)).catch_unwind();
        let panicked = |_| Err(Failure::Internal("the handler panicked".into()));
        let answer = match handled.await.unwrap_or_else(panicked) {
            Ok(answer) => answer,
            Err(failure) => {
                if let Some(cause) = failure.cause() {
                    tracing::error!(request = request.id(), cause = %chain(cause), "failed");
                }
                self.api.tell(&failure, self.takes_passwords)
            }
        };
        tracing::info!(
            endpoint = self.name,
            request = request.id(),
            status = answer.status.as_u16(),
            ms = roster.clock.now().since(started).as_millis() as u64,
            "answered"
        );
        answer.finish(request.id())
    }
}

/// An error with everything beneath it. Store errors name keys and codes, and no value of a row.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// `endpoint!(Api::Profile, "profile-get", handler)`: an [`Endpoint`] of an `async fn`.
macro_rules! endpoint {
    ($api:expr, $name:literal, $handler:path) => {
        $crate::endpoint::Endpoint {
            name: $name,
            api: $api,
            handle: |roster, request| Box::pin($handler(roster, request)),
            takes_passwords: false,
            prepare: || {},
            stand_in: |_| None,
        }
    };
}
pub(crate) use endpoint;

#[cfg(test)]
mod tests {
    use super::*;
    use roster_domain::Clock;
    use roster_dynamodb::{Repository, Timeouts};

    async fn panics(_: &Roster, _: &Request) -> Result<Answer, Failure> {
        panic!("as if there were a defect")
    }

    #[tokio::test]
    async fn a_panic_is_answered_as_a_defect_in_the_words_of_the_api() {
        let nowhere = "http://127.0.0.1:1";
        let roster = Roster {
            repository: Repository::connect_local(nowhere, "t".into(), Timeouts::LOCAL).unwrap(),
            clock: Clock::system(),
            settings: crate::Settings::default(),
        };
        let endpoint: Endpoint = endpoint!(Api::Profile, "panics", panics);
        let answer = endpoint.answer(&roster, Event::default()).await;
        assert_eq!(answer.status.as_u16(), 500);
        assert!(answer.body.contains(r#""error":"INTERNAL""#), "{answer:?}");
        assert!(!answer.body.contains("as if"));
    }
}
