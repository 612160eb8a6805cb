//! Signature Version 4 for the one shape of request that DynamoDB takes: `POST /` without a query,
//! its body in memory
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>).
//!
//! `aws-sigv4` makes the day's key anew for every request: that and its portable SHA-256 took a
//! third of a warm request's instructions. A test compares the signatures made here with its own.

use aws_sdk_dynamodb::{config::Credentials, error::BoxError};
use aws_smithy_types::date_time::{DateTime, Format};
use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
use ring::{digest, hmac};
use std::{
    fmt::Write,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const SERVICE: &str = "dynamodb";
const TERMINATION: &str = "aws4_request";

/// Signs requests to one host with credentials that stay what they are, as a Lambda function's do
/// while it lives.
#[derive(Debug)]
pub(crate) struct Signer {
    credentials: Credentials,
    region: String,
    /// As hyper puts it into the header `host`.
    host: String,
    /// The day, `20261121`, and its key.
    day_key: Mutex<(String, Option<hmac::Key>)>,
}

impl Signer {
    pub(crate) fn new(credentials: Credentials, region: String, host: String) -> Self {
        Self {
            credentials,
            region,
            host,
            day_key: Mutex::default(),
        }
    }

    /// Adds what proves that the request with these headers and this body is ours.
    ///
    /// # Errors
    /// Credentials that no header can hold.
    pub(crate) fn sign(
        &self,
        headers: &mut HeaderMap,
        body: &[u8],
        now: SystemTime,
    ) -> Result<(), BoxError> {
        let mut time = DateTime::from(now).fmt(Format::DateTime)?;
        time.truncate("2026-11-21T18:00:00".len());
        time.retain(|character| character.is_ascii_alphanumeric());
        time.push('Z');
        let day = &time[.."20261121".len()];
        let scope = format!("{day}/{}/{SERVICE}/{TERMINATION}", self.region);

        headers.insert("x-amz-date", HeaderValue::from_str(&time)?);
        if let Some(token) = self.credentials.session_token() {
            headers.insert("x-amz-security-token", HeaderValue::from_str(token)?);
        }
        let (canonical, signed) = self.canonical(headers, body)?;
        let mut to_sign = format!("{ALGORITHM}\n{time}\n{scope}\n");
        push_hex(&mut to_sign, sha256(canonical.as_bytes()).as_ref());
        let signature = hmac::sign(&self.key(day), to_sign.as_bytes());

        let mut authorization = String::with_capacity(384);
        let access_key = self.credentials.access_key_id();
        write!(
            authorization,
            "{ALGORITHM} Credential={access_key}/{scope}, SignedHeaders={signed}, Signature="
        )?;
        push_hex(&mut authorization, signature.as_ref());
        headers.insert(AUTHORIZATION, HeaderValue::try_from(authorization)?);
        Ok(())
    }

    /// The canonical request, and the names of the headers in it: what has to be signed (the host,
    /// and whatever begins with `x-amz-`), and the content type.
    fn canonical(&self, headers: &HeaderMap, body: &[u8]) -> Result<(String, String), BoxError> {
        let mut signed = vec![("host", self.host.as_str())];
        for (name, value) in headers {
            let name = name.as_str();
            if name.starts_with("x-amz-") || name == "content-type" {
                signed.push((name, value.to_str()?));
            }
        }
        signed.sort_unstable();

        // The session token alone has a thousand characters.
        let mut canonical = String::with_capacity(2048);
        canonical.push_str("POST\n/\n\n");
        let mut names = String::with_capacity(128);
        for (name, value) in signed {
            canonical.extend([name, ":", value.trim(), "\n"]);
            if !names.is_empty() {
                names.push(';');
            }
            names.push_str(name);
        }
        canonical.extend(["\n", &names, "\n"]);
        push_hex(&mut canonical, sha256(body).as_ref());
        Ok((canonical, names))
    }

    fn key(&self, day: &str) -> hmac::Key {
        let mut kept = self.day_key.lock().unwrap_or_else(PoisonError::into_inner);
        let (kept_day, kept_key) = &mut *kept;
        if kept_day != day {
            *kept_key = None;
            day.clone_into(kept_day);
        }
        kept_key.get_or_insert_with(|| self.derive_key(day)).clone()
    }

    fn derive_key(&self, day: &str) -> hmac::Key {
        let secret = format!("AWS4{}", self.credentials.secret_access_key());
        let key = hmac_key(secret.as_bytes());
        [day, &self.region, SERVICE, TERMINATION]
            .iter()
            .fold(key, |key, part| {
                hmac_key(hmac::sign(&key, part.as_bytes()).as_ref())
            })
    }
}

fn hmac_key(bytes: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, bytes)
}

fn sha256(bytes: &[u8]) -> digest::Digest {
    digest::digest(&digest::SHA256, bytes)
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use aws_sigv4::{
        http_request::{SignableBody, SignableRequest, SigningParams, SigningSettings, sign},
        sign::v4,
    };
    use aws_smithy_runtime_api::client::identity::Identity;
    use http::header::CONTENT_TYPE;
    use std::time::Duration;

    const HOST: &str = "dynamodb.eu-central-1.amazonaws.com";
    const BODY: &str = r#"{"TableName":"roster"}"#;
    const HEADERS: [(&str, &str); 2] = [
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-target", "DynamoDB_20120810.GetItem"),
    ];

    /// What `aws-sigv4` puts into `authorization`.
    fn reference(credentials: &Credentials, now: SystemTime) -> String {
        let identity = Identity::from(credentials.clone());
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region("eu-central-1")
            .name(SERVICE)
            .time(now)
            .settings(SigningSettings::default())
            .build()
            .unwrap();
        let body = SignableBody::Bytes(BODY.as_bytes());
        let uri = format!("https://{HOST}/");
        let signable = SignableRequest::new("POST", uri, HEADERS.into_iter(), body).unwrap();
        let signed = sign(signable, &SigningParams::from(parameters)).unwrap();
        let (instructions, _) = signed.into_parts();
        let mut headers = instructions.headers();
        let (_, value) = headers.find(|(name, _)| *name == "authorization").unwrap();
        value.to_owned()
    }

    #[test]
    fn signatures_are_those_of_aws_sigv4_on_this_day_and_the_next() {
        let with_token = Some("a-session-token/+=".to_owned());
        for token in [None, with_token] {
            let credentials = Credentials::new("AKID", "secret", token, None, "test");
            let signer = Signer::new(credentials.clone(), "eu-central-1".into(), HOST.into());
            let evening = SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_305_599_750);
            for hours in [0, 1, 2, 24] {
                let now = evening + Duration::from_secs(hours * 60 * 60);
                let [content_type, target] =
                    HEADERS.map(|(_, value)| HeaderValue::from_static(value));
                let mut headers = HeaderMap::new();
                headers.insert(CONTENT_TYPE, content_type);
                headers.insert("x-amz-target", target);
                signer.sign(&mut headers, BODY.as_bytes(), now).unwrap();
                let signed = headers.get(AUTHORIZATION).unwrap().to_str().unwrap();
                assert_eq!(signed, reference(&credentials, now), "after {hours} h");
            }
        }
    }
}
