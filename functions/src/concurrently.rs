use crate::Failure;

/// Runs both side by side. If both fail the first one's failure wins, whichever was quicker: so
/// authentication goes first, and what follows it tells nothing to who is not authenticated.
///
/// # Errors
/// What either fails with.
pub(crate) async fn both<A, B>(
    first: impl Future<Output = Result<A, Failure>>,
    second: impl Future<Output = Result<B, Failure>>,
) -> Result<(A, B), Failure> {
    let (first, second) = tokio::join!(first, second);
    Ok((first?, second?))
}
