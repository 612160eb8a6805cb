/// Runs both side by side. If both fail the first one's failure wins, whichever was quicker: so
/// authentication goes first, and what follows it tells nothing to who is not authenticated.
///
/// # Errors
/// What either fails with.
pub(crate) async fn both<A, B, E>(
    first: impl Future<Output = Result<A, E>>,
    second: impl Future<Output = Result<B, E>>,
) -> Result<(A, B), E> {
    let (first, second) = tokio::join!(first, second);
    Ok((first?, second?))
}
