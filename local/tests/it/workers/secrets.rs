//! What must be found in no log line, event or dead letter.

use crate::testkit::{Action, BackgroundWorkers, Log, Proxy, SEND_EMAIL, TestApp, code_in};
use serde_json::{Value, json};

/// The random part of a token or a code: what comes before it, prefix, account and user, is no
/// secret.
fn random_part(secret: &str) -> String {
    secret[47..].to_owned()
}

const PASSWORDS: [&str; 2] = ["violet-gantry-kestrel-41", "amber-turbine-lagoon-77"];

/// Two people whose secrets are looked for, and what becomes of their mails.
struct Story {
    app: TestApp,
    background: BackgroundWorkers,
    secrets: Vec<String>,
    /// Of the one who signed up.
    token: String,
    account: String,
}

impl Story {
    /// One signs up, logs in, and invites the other.
    async fn begin() -> Self {
        let app = TestApp::start().await;
        let mut secrets: Vec<_> = PASSWORDS.map(str::to_owned).into();
        let body =
            json!({ "username": "ada", "email": "ada@secret.example", "password": PASSWORDS[0] });
        app.post("/rest/users").json(body).await.expect_status(201);
        let login = app.post("/user/login").basic("ada", PASSWORDS[0]).await;
        let login = login.expect_status(200).json();
        let token = login["token"]["token"].as_str().unwrap().to_owned();
        secrets.push(random_part(&token));
        let device = app.get("/v2/user").api_token(&token).await.json();
        secrets.push(device[0]["device_token"].as_str().unwrap()[4..].to_owned());
        let mut story = Self {
            background: app.background_workers().await,
            app,
            secrets,
            token,
            account: login["account"]["id"].as_str().unwrap().to_owned(),
        };
        story.invite("grace@secret.example").await;
        story.background.run_until_idle().await;
        story
    }

    /// The records that ask for the mail, before a code is stored.
    async fn invite(&self, email: &str) -> Vec<Value> {
        let body = json!({ "email": email, "role": "user", "sendInvite": true });
        let create = self.app.post("/user/create").bearer(&self.token);
        create.json(body).await.expect_status(200);
        let mut records = self.app.stream_records();
        records.retain(|record| {
            let image = &record["dynamodb"]["NewImage"];
            image["email"]["S"] == email
                && image["requested"]["S"].is_string()
                && image["code"].is_null()
        });
        assert_eq!(records.len(), 1);
        records
    }

    /// SES fails, and refuses a mail: of the second a dead letter is left.
    async fn trouble_with_ses(&self) {
        for (status, code) in [(500, "InternalFailure"), (400, "MessageRejected")] {
            let records = self.invite(&format!("x{status}@secret.example")).await;
            let proxy = Proxy::before(&self.background.aws.serve().await).await;
            proxy.always(SEND_EMAIL, Action::refuse(status, code));
            let workers = self.app.workers_with_aws(&proxy.endpoint());
            let batch = json!({ "Records": records });
            workers.deliver("send-mail", batch).await;
        }
    }

    /// Records and messages that cannot be read: the key of the record, of which a dead letter is
    /// left.
    async fn trouble_with_records(&self) -> String {
        let mut broken = self.invite("y@secret.example").await.remove(0);
        broken["dynamodb"]["NewImage"]["purpose"] = json!({ "S": "grace@secret.example" });
        broken["dynamodb"]["NewImage"]["codes"] = json!({ "S": PASSWORDS[1] });
        let key = broken["dynamodb"]["Keys"]["SK"]["S"].as_str().unwrap();
        let key = key.to_owned();
        let workers = &self.background.workers;
        let batch = json!({ "Records": [broken] });
        workers.deliver("send-mail", batch).await;
        let (account, secret) = (&self.account, PASSWORDS[1]);
        for body in [
            format!(r#"{{"eventId":"{secret}"}}"#),
            format!(
                r#"{{"eventId":"e","accountId":"{account}","userId":"{secret}","records":1,"bytes":1,"applicationKey":"k","usage":1}}"#
            ),
            secret.to_owned(),
        ] {
            let batch = json!({ "Records": [{ "messageId": "m", "body": body }] });
            let failed = workers.failures_of("record-usage", batch).await;
            assert_eq!(failed, ["m"]);
        }
        key
    }

    /// The invitation is used, twice.
    async fn end(&mut self) {
        let mails = self.background.aws.mails();
        let codes: Vec<&str> = mails.iter().filter_map(code_in).collect();
        assert_eq!(codes.len(), 2);
        self.secrets
            .extend(codes.iter().map(|code| random_part(code)));
        let code = codes.into_iter().find(|code| code.starts_with("rsi_"));
        let accept = || {
            let body = json!({ "register": true, "invite": code });
            let login = self.app.post("/user/login");
            login.basic("grace@secret.example", PASSWORDS[1]).json(body)
        };
        let joined = accept().await.expect_status(200).json();
        accept().await.expect_problem(410, "code_used");
        let token = joined["token"]["token"].as_str().unwrap();
        self.secrets.push(random_part(token));
    }
}

#[tokio::test]
async fn no_secret_and_no_address_is_in_a_log_line_an_event_or_a_dead_letter() {
    let log = Log::start();
    let mut story = Story::begin().await;
    story.trouble_with_ses().await;
    let key = story.trouble_with_records().await;
    story.end().await;
    story.background.run_until_idle().await;

    let letters = story.background.aws.dead_letters();
    assert_eq!(letters.len(), 2, "refused by SES, and unreadable");
    assert!(log.text().contains(&key), "the unreadable row is named");
    assert!(letters.iter().any(|letter| letter.contains(&key)));
    let events = story.background.aws.events();
    assert!(events.len() >= 5);
    let shown = format!("{}\n{events:?}\n{letters:?}", log.text());
    assert!(shown.contains("answered") && shown.contains("mail sent"));
    for secret in &story.secrets {
        for start in 0..secret.len() - 11 {
            let part = &secret[start..start + 12];
            assert!(!shown.contains(part), "{part} of {secret} in {shown}");
        }
    }
    assert!(!shown.contains("@secret.example"), "{shown}");
}
