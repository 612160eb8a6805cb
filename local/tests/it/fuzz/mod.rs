//! Input that nobody thought of. Each target takes bytes, which choose one of the samples under
//! `events/` and how it is changed. `cargo test` asks with every sample as it is, and with the same few
//! changes of each on every run; `scripts/fuzz` lets libFuzzer choose the bytes, for as long as it may.

mod choices;
mod event;
mod lab;
mod long;
mod mutate;

use crate::testkit::{self, SampleBatch, SampleEvent};
use choices::Choices;
use event::Part;
use lab::Lab;
use serde_json::Value;
#[cfg(not(fuzzing))]
use std::env;

/// A sample: the function that it is for, and what the function is handed.
type Sample = (String, Value);

/// What is done to a sample before it is handed over, and what must hold for the answer then.
trait Target {
    fn samples(&self) -> Vec<Sample>;
    /// Parts of `other`, a sample too, may take the place of parts of it.
    fn change(&self, sample: &mut Value, other: &Value, choices: &mut Choices);
    fn check(&self, lab: &mut Lab, original: &Sample, changed: &Value);
}

/// A request, one part of which is changed.
struct Requests {
    part: Part,
    /// Of which samples: those of endpoints whose names begin so, and of which this holds.
    endpoints: &'static str,
    of: fn(&SampleEvent) -> bool,
}

/// A part of the requests to endpoints whose names begin so.
fn api(endpoints: &'static str, part: Part) -> Requests {
    Requests {
        part,
        endpoints,
        of: |_| true,
    }
}

impl Target for Requests {
    fn samples(&self) -> Vec<Sample> {
        let events = SampleEvent::all().into_iter();
        let events = events.filter(|event| event.endpoint.starts_with(self.endpoints));
        let events = events.filter(self.of);
        let samples = events.map(|event| (event.endpoint.to_owned(), event.json()));
        samples.collect()
    }

    fn change(&self, sample: &mut Value, other: &Value, choices: &mut Choices) {
        event::change(sample, other, self.part, choices);
    }

    fn check(&self, lab: &mut Lab, (endpoint, original): &Sample, changed: &Value) {
        let status = lab.ask(endpoint, changed);
        if self.part == Part::Token && credentials(original) != credentials(changed) {
            assert_eq!(status, 401, "{endpoint} asked {changed}");
        }
    }
}

/// What a request says who sends it, without the spaces.
fn credentials(event: &Value) -> String {
    let headers = &event["headers"];
    let credentials = ["x-apitoken", "authorization"].map(|name| headers[name].as_str());
    let words = credentials
        .into_iter()
        .flatten()
        .flat_map(str::split_whitespace);
    words.collect::<Vec<_>>().join(" ")
}

/// A batch of the stream or the queue, one record of which is changed.
struct Batches {
    change: fn(&mut Value, &Value, &mut Choices),
    /// The functions that get such batches.
    of: &'static [&'static str],
    /// Whether a record that cannot be read comes again; or leaves a dead letter, so that it does not
    /// hold up those behind it.
    may_fail: bool,
}

impl Target for Batches {
    fn samples(&self) -> Vec<Sample> {
        let batches = SampleBatch::all().into_iter();
        let batches = batches.filter(|batch| self.of.contains(&&*batch.binary));
        batches
            .map(|batch| (batch.binary.clone(), batch.json()))
            .collect()
    }

    fn change(&self, sample: &mut Value, other: &Value, choices: &mut Choices) {
        (self.change)(sample, other, choices);
    }

    fn check(&self, lab: &mut Lab, (binary, _): &Sample, changed: &Value) {
        let failed = lab.deliver(binary, changed);
        let records = changed["Records"].as_array().unwrap().iter();
        let mut ids = records.map(|record| &record["messageId"]);
        for id in failed {
            assert!(
                self.may_fail && ids.any(|known| *known == id),
                "{binary} given {changed}"
            );
        }
    }
}

/// The changes of one input, at most.
const CHANGES: usize = 4;

/// A target at work.
struct Fuzzer<T> {
    target: T,
    samples: Vec<Sample>,
    lab: Lab,
}

impl<T: Target> Fuzzer<T> {
    fn new(target: T) -> Self {
        let mut samples = target.samples();
        samples.sort_by_cached_key(|(function, sample)| (function.clone(), sample.to_string()));
        assert!(!samples.is_empty());
        let lab = Lab::new();
        Self {
            target,
            samples,
            lab,
        }
    }

    fn run(&mut self, sample: usize, choices: &mut Choices) {
        let sample = &self.samples[sample];
        let mut changed = sample.1.clone();
        let changes = 1 + choices.below(CHANGES);
        for _ in 0..changes {
            if !choices.is_empty() {
                let (_, other) = choices.of(&self.samples);
                self.target.change(&mut changed, other, choices);
            }
        }
        self.target.check(&mut self.lab, sample, &changed);
    }
}

#[cfg(not(fuzzing))]
impl<T: Target> Fuzzer<T> {
    /// Each sample as it is, and then changed, once or in `FUZZ_ROUNDS`: in the same way on every run.
    fn replay(&mut self) {
        let rounds = env::var("FUZZ_ROUNDS").map_or(1, |rounds| rounds.parse().unwrap());
        println!("{} inputs", self.samples.len() * (rounds + 1));
        for sample in 0..self.samples.len() {
            self.run(sample, &mut Choices::new(&[]));
        }
        for round in 0..rounds {
            for sample in 0..self.samples.len() {
                let seed = (round * self.samples.len() + sample) as u64;
                let bytes = choices::bytes(seed, BYTES);
                self.run(sample, &mut Choices::new(&bytes));
            }
        }
    }
}

/// From so many bytes `cargo test` makes an input.
#[cfg(not(fuzzing))]
const BYTES: usize = 64;

#[cfg(fuzzing)]
impl<T: Target> Fuzzer<T> {
    /// Whatever sample the first bytes choose, changed as the others say.
    fn fuzz(&mut self, bytes: &[u8]) {
        let mut choices = Choices::new(bytes);
        let sample = choices.below(self.samples.len());
        self.run(sample, &mut choices);
    }
}

macro_rules! targets {
    ($($name:ident: $target:expr,)*) => { $(
        #[test]
        fn $name() {
            let mut fuzzer = Fuzzer::new($target);
            #[cfg(not(fuzzing))]
            fuzzer.replay();
            #[cfg(fuzzing)]
            {
                let mut fuzzer = std::panic::AssertUnwindSafe(fuzzer);
                bolero::check!().for_each(move |bytes: &[u8]| {
                    let std::panic::AssertUnwindSafe(fuzzer) = &mut fuzzer;
                    fuzzer.fuzz(bytes);
                });
            }
        }
    )* };
}

targets! {
    profile: api("profile-", Part::Anything),
    directory: api("directory-", Part::Anything),
    members: api("members-", Part::Anything),
    accounts: api("accounts-", Part::Anything),
    pages: Requests { of: is_page, ..api("", Part::Anything) },
    default_route: api("default-route", Part::Anything),
    tokens: Requests { of: has_token, ..api("", Part::Token) },
    authorization: Requests { of: is_let_in_or_not, ..api("", Part::Authorization) },
    cursors: Requests { of: is_list, ..api("", Part::Cursor) },
    forms: Requests { of: is_form, ..api("", Part::Body) },
    stream: STREAM,
    queue: QUEUE,
}

fn has_token(event: &SampleEvent) -> bool {
    event.status().starts_with('2') && event.json()["headers"].to_string().contains("rst_")
}

fn is_page(event: &SampleEvent) -> bool {
    testkit::pages().contains(event.endpoint)
}

fn is_let_in_or_not(event: &SampleEvent) -> bool {
    ["200", "204", "401"].contains(&event.status())
}

fn is_list(event: &SampleEvent) -> bool {
    ["members-list", "directory-find"].contains(&event.endpoint)
}

fn is_form(event: &SampleEvent) -> bool {
    let content_type = event.json()["headers"]["content-type"].to_string();
    content_type.contains("x-www-form-urlencoded")
}

const STREAM: Batches = Batches {
    change: event::change_stream,
    of: &["publish-events", "send-mail"],
    may_fail: false,
};

const QUEUE: Batches = Batches {
    change: event::change_queue,
    of: &["record-usage"],
    may_fail: true,
};
