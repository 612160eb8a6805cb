use super::{Error, Request, Response};
use lambda_http::http::{HeaderValue, header};
use roster_domain::{Cursor, Direction, PageLimit, UserId};

/// Which page of a list a request asks for: the list only goes forwards, by the id of a user.
pub(crate) struct Paging {
    /// How many at most.
    pub(crate) limit: PageLimit,
    /// After whom; none at the beginning.
    pub(crate) from: Option<UserId>,
}

impl Paging {
    /// What `limit` and `cursor` in the query say.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidValue`](super::ErrorCode::InvalidValue).
    pub(crate) fn of(request: &Request, default: PageLimit) -> Result<Self, Error> {
        let limit = request.query("limit")?.unwrap_or(default);
        let cursor: Option<Cursor> = request.query("cursor")?;
        if cursor.is_some_and(|cursor| cursor.direction != Direction::Forwards) {
            let must = "must be one from the Link header of this list, which only goes forwards";
            return Err(Error::invalid("cursor", must.into()));
        }
        let from = cursor.map(|cursor| cursor.from);
        Ok(Self { limit, from })
    }

    /// The response with a link to the next page (RFC 8288), which begins after `last`, if there is
    /// one.
    pub(crate) fn with_link(
        &self,
        response: Response,
        request: &Request,
        last: Option<UserId>,
    ) -> Result<Response, Error> {
        let Some(from) = last else {
            return Ok(response);
        };
        let cursor = Cursor {
            from,
            direction: Direction::Forwards,
        };
        let (url, limit) = (request.url(), self.limit);
        let link = format!(r#"<{url}?limit={limit}&cursor={cursor}>; rel="next""#);
        let link = HeaderValue::try_from(link).map_err(Error::internal)?;
        Ok(response.with_header(header::LINK, link))
    }
}
