//! The program itself, as `cargo run` starts it.

use axum::body::Body;
use http_body_util::BodyExt;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A Roster that runs as a process of its own, until it is dropped.
pub struct Program {
    process: Child,
    url: String,
    dynamodb: String,
    /// The sample's people whose tokens it prints.
    pub people: Vec<Value>,
    client: Client<HttpConnector, Body>,
}

impl Program {
    fn command(data: &Path, options: &[&str]) -> Command {
        let mut command = Self::plain();
        command.args(["--port", "0", "--json", "--data"]).arg(data);
        command.args(options);
        command
    }

    /// Starts it over a data folder; it is ready then.
    pub fn start(data: &Path, options: &[&str]) -> Self {
        let mut process = Self::command(data, options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut welcome = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut welcome).unwrap();
        let welcome: Value = serde_json::from_str(&welcome).unwrap();
        let text = |name: &str| welcome[name].as_str().unwrap().to_owned();
        Self {
            process,
            url: text("url"),
            dynamodb: text("dynamodb"),
            people: welcome["people"].as_array().unwrap().clone(),
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// What it says on stderr when it does not start.
    pub fn start_error(data: &Path, options: &[&str]) -> String {
        let output = Self::command(data, options).output().unwrap();
        assert!(!output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    /// The program with other options than the tests mostly give it.
    pub fn plain() -> Command {
        let binary = env::var_os("ROSTER_BINARY");
        Command::new(binary.unwrap_or(env!("CARGO_BIN_EXE_roster").into()))
    }

    /// Status, content type, policy and text of its answer to a GET request.
    pub async fn page(&self, path: &str, accept: &str) -> (u16, String, String, String) {
        let request = axum::http::Request::get(format!("{}{path}", self.url));
        let request = request.header("accept", accept).body(Body::empty());
        let response = self.client.request(request.unwrap()).await.unwrap();
        let header = |name: &str| {
            let value = response.headers().get(name);
            value.map_or(String::new(), |value| value.to_str().unwrap().to_owned())
        };
        let status = response.status().as_u16();
        let (kind, policy) = (header("content-type"), header("content-security-policy"));
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (
            status,
            kind,
            policy,
            String::from_utf8(body.to_vec()).unwrap(),
        )
    }

    /// Kills it: it has no time to save anything.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// The status and body of its answer to a request, as a person of the sample if there is a token.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &str,
    ) -> (u16, Value) {
        let kind = match body.starts_with('{') {
            true => "application/json",
            false => "application/x-www-form-urlencoded",
        };
        let mut headers = vec![("content-type", kind)];
        headers.extend(token.map(|token| ("x-apitoken", token)));
        let uri = format!("{}{path}", self.url);
        self.request(method, &uri, &headers, body).await
    }

    pub async fn get(&self, path: &str, token: Option<&str>) -> (u16, Value) {
        self.send("GET", path, token, "").await
    }

    /// Asks its DynamoDB.
    pub async fn dynamodb(&self, operation: &str, request: &Value) -> (u16, Value) {
        let target = format!("DynamoDB_20120810.{operation}");
        let headers = [
            ("x-amz-target", target.as_str()),
            ("x-amz-date", "20261121T180000Z"),
            ("content-type", "application/x-amz-json-1.0"),
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=a/20261121/local/dynamodb/aws4_request, \
                 SignedHeaders=host, Signature=a",
            ),
        ];
        let body = request.to_string();
        self.request("POST", &self.dynamodb, &headers, &body).await
    }

    async fn request(
        &self,
        method: &str,
        uri: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (u16, Value) {
        let mut request = axum::http::Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.client.request(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// Signs up somebody of that name.
    pub async fn sign_up(&self, name: &str) {
        let form =
            format!("username={name}&email={name}@example.com&password=orbital-mechanics-1962");
        let (status, body) = self.send("POST", "/rest/users", None, &form).await;
        assert_eq!(status, 201, "{body}");
    }

    /// Waits for what `path` lists to be as wanted: all of it.
    pub async fn list(&self, path: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let (status, body) = self.get(path, None).await;
            let list = body.as_array().unwrap_or(&vec![json!(status)]).clone();
            if wanted(&list) {
                return list;
            }
            assert!(Instant::now() < deadline, "{path}: {list:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may be gone.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
