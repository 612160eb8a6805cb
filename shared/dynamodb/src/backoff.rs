use std::time::{Duration, Instant};

/// No wait is longer, unless somebody says so.
const LONGEST: Duration = Duration::from_millis(500);

/// The waits between attempts. Each may be twice as long as the last, and is of a random length up to
/// that, so that racers part.
#[derive(Debug)]
pub struct Backoff {
    next: Duration,
    longest: Duration,
    end: End,
}

/// When there is no further attempt.
#[derive(Clone, Copy, Debug)]
enum End {
    Waits(u32),
    Deadline(Instant),
}

impl Backoff {
    /// `waits` waits, the first one of at most `first`.
    pub fn new(first: Duration, waits: u32) -> Self {
        Self {
            next: first,
            longest: LONGEST,
            end: End::Waits(waits),
        }
    }

    /// No wait is longer than this.
    pub fn up_to(self, longest: Duration) -> Self {
        Self { longest, ..self }
    }

    /// As many waits as end before the deadline, if there is one.
    pub fn until(self, deadline: Option<Instant>) -> Self {
        let end = deadline.map_or(self.end, End::Deadline);
        Self { end, ..self }
    }

    /// Waits, and says whether to try once more.
    pub async fn wait(&mut self) -> bool {
        let random = getrandom::u32().unwrap_or(u32::MAX / 2);
        let wait = self.next.mul_f64(f64::from(random) / f64::from(u32::MAX));
        match &mut self.end {
            End::Waits(0) => return false,
            End::Waits(left) => *left -= 1,
            End::Deadline(deadline) if Instant::now() + wait >= *deadline => return false,
            End::Deadline(_) => {}
        }
        tokio::time::sleep(wait).await;
        self.next = self.longest.min(self.next * 2);
        true
    }
}
