//! Requests that may be repeated: with an `Idempotency-Key`, what was done is not done twice.

use crate::{App, Error, Request, Response, http::IDEMPOTENCY_KEY};
use lambda_http::http::{HeaderName, HeaderValue, StatusCode};
use roster_domain::{
    Fingerprint, IdempotencyKey, KeptResponse, RESPONSE_KEPT, RequestId, Timestamp, UserKey,
};
use roster_dynamodb::{Keep, Reads, Slot};

/// The header of a response that is given again.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A request, which may have a key.
pub(super) struct Repeatable(Option<Keyed>);

struct Keyed {
    id: RequestId,
    digest: String,
}

impl Repeatable {
    /// A request that is done each time.
    pub(super) const NONE: Self = Self(None);

    /// `caller` is the user of the request's token, or of the password that was verified; none at a
    /// public operation.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidValue`](crate::ErrorCode::InvalidValue) if the key is none.
    pub(super) fn of(request: &Request, caller: Option<UserKey>) -> Result<Self, Error> {
        let Some(key) = request.header(IDEMPOTENCY_KEY) else {
            return Ok(Self(None));
        };
        let key: IdempotencyKey = key
            .parse()
            .map_err(|error| Error::invalid(IDEMPOTENCY_KEY, error))?;
        Ok(Self(Some(Keyed {
            id: RequestId::new(caller, request.operation(), &key),
            // A caller who is known has shown the password, which they may have changed since.
            digest: request.digest(caller.is_none()),
        })))
    }

    /// Reads the response that is kept for it along with other rows.
    pub(super) fn queue(&self, reads: &mut Reads) -> Option<Slot<KeptResponse>> {
        let keyed = self.0.as_ref();
        keyed.map(|keyed| reads.kept_response(&keyed.id))
    }

    /// The response that is kept for it, to be given again. Costs a read if the request has a key.
    ///
    /// # Errors
    /// See [`Repeatable::replay`].
    pub(super) async fn read(&self, app: &App) -> Result<Option<Response>, Error> {
        let mut reads = Reads::default();
        let slot = self.queue(&mut reads);
        let kept = app.repository.read(reads).await?.take_if(slot)?;
        self.replay(kept, app.clock.now())
    }

    /// The response that was found to be kept for it, to be given again.
    ///
    /// # Errors
    /// [`Error::IDEMPOTENCY_KEY_REUSED`] if it is that of another request.
    pub(super) fn replay(
        &self,
        kept: Option<KeptResponse>,
        now: Timestamp,
    ) -> Result<Option<Response>, Error> {
        let kept = kept.filter(|kept| kept.is_kept(now));
        let Some((keyed, kept)) = self.0.as_ref().zip(kept) else {
            return Ok(None);
        };
        if !kept.fingerprint.is_of(&keyed.digest) {
            return Err(Error::IDEMPOTENCY_KEY_REUSED);
        }
        let status = StatusCode::from_u16(kept.status).map_err(Error::internal)?;
        let response = Response::text(status, "application/json", kept.body);
        Ok(Some(
            response.with_header(REPLAYED, HeaderValue::from_static("true")),
        ))
    }

    /// The response as it is kept, if the request has a key.
    ///
    /// # Errors
    /// When the operating system has no randomness for a hash.
    pub(super) fn keep(&self, response: &Response, now: Timestamp) -> Result<Option<Keep>, Error> {
        let Some(keyed) = &self.0 else {
            return Ok(None);
        };
        // Public operations are those that take a password.
        let has_password = keyed.id.caller.is_none();
        let fingerprint = Fingerprint::new(keyed.digest.clone(), has_password);
        Ok(Some(Keep {
            request: keyed.id.clone(),
            response: KeptResponse {
                fingerprint: fingerprint.map_err(|error| Error::internal(error.to_string()))?,
                status: response.status.as_u16(),
                body: response.body.clone(),
                ttl: (now + RESPONSE_KEPT).as_seconds(),
            },
            now,
        }))
    }
}
