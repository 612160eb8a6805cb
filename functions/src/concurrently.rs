use crate::Roster;

/// Runs both side by side; in a function's first request, for which there is just one connection to
/// the store ([`Repository::is_unused`]), one after the other. If both fail the first one's failure
/// wins, whichever was quicker: so authentication goes first, and what follows it tells nothing to
/// who is not authenticated.
///
/// # Errors
/// What either fails with.
///
/// [`Repository::is_unused`]: roster_dynamodb::Repository::is_unused
pub(crate) async fn both<A, B, E>(
    roster: &Roster,
    first: impl Future<Output = Result<A, E>>,
    second: impl Future<Output = Result<B, E>>,
) -> Result<(A, B), E> {
    if roster.repository.is_unused() {
        return Ok((first.await?, second.await?));
    }
    let (first, second) = tokio::join!(first, second);
    Ok((first?, second?))
}
