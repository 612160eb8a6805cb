//! Decisions that are written only while what they were made on still holds.

use crate::Failure;
use roster_dynamodb::{Backoff, Refusal, StoreError};
use std::time::Duration;

/// Many more writers than ever meet at one user.
const RETRIES: u32 = 16;
const FIRST_BACKOFF: Duration = Duration::from_millis(5);

/// Why an attempt came to nothing.
pub(crate) enum Undecided {
    /// For good.
    Failed(Failure),
    /// What was read has changed before it was written.
    Changed,
}

impl From<Failure> for Undecided {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<StoreError> for Undecided {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(Refusal::Changed) => Self::Changed,
            other => Self::Failed(other.into()),
        }
    }
}

/// Makes `attempt` at reading, deciding and writing, and if what it read was changed meanwhile,
/// another one from the start: the caller themselves may not be what they were.
///
/// # Errors
/// What the attempt fails with; [`Failure::Unavailable`] when others kept getting in the way.
pub(crate) async fn decide<T, F>(attempt: impl Fn() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Undecided>>,
{
    let mut backoff = Backoff::new(FIRST_BACKOFF, RETRIES);
    loop {
        match attempt().await {
            Ok(outcome) => return Ok(outcome),
            Err(Undecided::Failed(failure)) => return Err(failure),
            Err(Undecided::Changed) if backoff.wait().await => {}
            Err(Undecided::Changed) => {
                let busy = "the user is being changed by too many at once";
                return Err(Failure::Unavailable(busy.into()));
            }
        }
    }
}
