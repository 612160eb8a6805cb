use std::time::Duration;

/// No wait is longer, unless somebody says so.
const LONGEST: Duration = Duration::from_millis(500);

/// The waits between tries. Each may be twice as long as the last, and is of a random length up to
/// that, so that racers part.
#[derive(Debug)]
pub struct Backoff {
    next: Duration,
    longest: Duration,
    left: u32,
}

impl Backoff {
    /// `retries` waits, the first one of at most `first`.
    pub fn new(first: Duration, retries: u32) -> Self {
        Self {
            next: first,
            longest: LONGEST,
            left: retries,
        }
    }

    /// No wait is longer than this.
    pub fn up_to(self, longest: Duration) -> Self {
        Self { longest, ..self }
    }

    /// Waits, and says whether to try once more.
    pub async fn wait(&mut self) -> bool {
        if self.left == 0 {
            return false;
        }
        let random = getrandom::u32().unwrap_or(u32::MAX / 2);
        let part = f64::from(random) / f64::from(u32::MAX);
        tokio::time::sleep(self.next.mul_f64(part)).await;
        self.next = self.longest.min(self.next * 2);
        self.left -= 1;
        true
    }
}
