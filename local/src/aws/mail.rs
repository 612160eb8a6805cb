use lettre::{
    Message,
    address::Envelope,
    message::{MultiPart, header::HeaderName, header::HeaderValue},
};
use serde::Serialize;
use serde_json::Value;

/// A mail that was handed over to SES.
#[derive(Clone, Debug, Serialize)]
pub struct Mail {
    /// Its place in the outbox, from 1.
    pub number: i64,
    /// What SES called it.
    pub id: String,
    /// When it was handed over, in ISO 8601.
    pub time: String,
    /// The address of the sender.
    pub from: String,
    /// The address of the reader.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// The plain-text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// All of it, as it is put on the wire.
    #[serde(skip)]
    pub raw: Vec<u8>,
}

impl Mail {
    /// What SES would make of a `SendEmail` request, with the envelope for SMTP. It has no place in the
    /// outbox yet.
    pub(super) fn of(request: &Value) -> Result<(Self, Envelope), String> {
        let text = |pointer: &str| {
            let value = request.pointer(pointer).and_then(Value::as_str);
            value
                .map(str::to_owned)
                .ok_or(format!("{pointer} is missing"))
        };
        let from = text("/FromEmailAddress")?;
        let to = text("/Destination/ToAddresses/0")?;
        let subject = text("/Content/Simple/Subject/Data")?;
        let plain = text("/Content/Simple/Body/Text/Data")?;
        let html = text("/Content/Simple/Body/Html/Data")?;
        let failed = |error: &dyn std::fmt::Display| error.to_string();
        let id = uuid::Uuid::new_v4().to_string();
        let builder = match request["ReplyToAddresses"][0].as_str() {
            Some(to) => Message::builder().reply_to(to.parse().map_err(|error| failed(&error))?),
            None => Message::builder(),
        };
        let mut message = builder
            .message_id(Some(format!("<{id}@roster.local>")))
            .from(from.parse().map_err(|error| failed(&error))?)
            .to(to.parse().map_err(|error| failed(&error))?)
            .subject(subject.clone())
            .multipart(MultiPart::alternative_plain_html(
                plain.clone(),
                html.clone(),
            ))
            .map_err(|error| failed(&error))?;
        let headers = request["Content"]["Simple"]["Headers"].as_array();
        for extra in headers.into_iter().flatten() {
            let part = |name: &str| extra[name].as_str().unwrap_or_default().to_owned();
            let name = HeaderName::new_from_ascii(part("Name")).map_err(|error| failed(&error))?;
            message
                .headers_mut()
                .insert_raw(HeaderValue::new(name, part("Value")));
        }
        let mail = Self {
            number: 0,
            id,
            time: jiff::Timestamp::now()
                .round(jiff::Unit::Second)
                .map_or_else(|_| String::new(), |time| time.to_string()),
            from,
            to,
            subject,
            text: plain,
            html,
            raw: message.formatted(),
        };
        Ok((mail, message.envelope().clone()))
    }
}
