use super::Repository;
use crate::{
    Conflict,
    table::{Key, TransactWrite, Update},
};
use roster_domain::{KeptResponse, RequestId, Timestamp};

/// A response that is kept in the transaction of what it is about.
#[derive(Clone, Debug)]
pub struct Keep {
    /// The request.
    pub request: RequestId,
    /// The response.
    pub response: KeptResponse,
    /// The time of the request.
    pub now: Timestamp,
}

impl Repository {
    /// Keeps the response, if none is kept for the request.
    pub(super) fn keep(&self, keep: &Keep) -> TransactWrite {
        let KeptResponse {
            fingerprint,
            status,
            body,
            ttl,
        } = &keep.response;
        let update = Update::upsert(Key::kept_response(&keep.request))
            .set("fingerprint", fingerprint)
            .set("status", status)
            .set("body", body)
            .set("ttl", ttl)
            .if_absent_or("ttl", "<=", keep.now.as_seconds());
        // The handler is called again, and then finds the response.
        TransactWrite::update(update, Conflict::Stale)
    }
}
