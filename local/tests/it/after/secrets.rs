//! What must be found in no log line, event or dead letter.

use crate::support::{App, Verdict, wire};
use roster_functions::local_config;
use roster_local::{DEAD_LETTERS, Functions};
use serde_json::{Value, json};
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

/// Everything that is logged, by any test, as a function logs it.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// The random part of a token or a code: what comes before it, prefix, account and user, is no
/// secret.
fn random_part(secret: &str) -> String {
    secret[47..].to_owned()
}

fn code_in(text: &str) -> Option<&str> {
    let (_, fragment) = text.split_once("#code=")?;
    fragment.split('&').next()
}

#[tokio::test]
async fn no_secret_and_no_address_is_in_a_log_line_an_event_or_a_dead_letter() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::INFO)
        .with_writer(move || writer.clone())
        .finish();
    // For the whole program: what is logged for one thread only, tracing may forget to log at all
    // when another thread comes by first. Other tests have other secrets.
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let app = App::start().await;
    let mut after = app.after().await;
    let mut secrets = Vec::new();
    let passwords = ["violet-gantry-kestrel-41", "amber-turbine-lagoon-77"];
    secrets.extend(passwords.map(str::to_owned));
    let body =
        json!({ "username": "ada", "email": "ada@secret.example", "password": passwords[0] });
    app.post("/rest/users").json(body).await.expect_status(201);
    let login = app.post("/user/login").basic("ada", passwords[0]).await;
    let login = login.expect_status(200).json();
    let token = login["token"]["token"].as_str().unwrap().to_owned();
    secrets.push(random_part(&token));
    let device = app.get("/v2/user").api_token(&token).await.json();
    secrets.push(device[0]["device_token"].as_str().unwrap()[4..].to_owned());
    let invitation = json!({ "email": "grace@secret.example", "role": "user", "sendInvite": true });
    let invited = app.post("/user/create").bearer(&token).json(invitation);
    invited.await.expect_status(200);
    after.settle().await.unwrap();

    // Every way that a record can take: SES away, refused by SES, unreadable.
    let mut records = app.stream().read().unwrap();
    records.retain(|record| record["dynamodb"]["NewImage"]["requested"]["S"].is_string());
    records.retain(|record| record["dynamodb"]["NewImage"]["code"].is_null());

    let user = login["account"]["id"].as_str().unwrap().to_owned();
    for (status, code) in [(500, "InternalFailure"), (400, "MessageRejected")] {
        let invite = json!({ "email": format!("x{status}@secret.example"), "role": "user", "sendInvite": true });
        app.post("/user/create")
            .bearer(&token)
            .json(invite)
            .await
            .expect_status(200);
        let mut news = app.stream().read().unwrap();
        let is_new = |record: &Value| {
            let image = &record["dynamodb"]["NewImage"];
            image["email"]["S"] == format!("x{status}@secret.example").as_str()
                && image["requested"]["S"].is_string()
        };
        news.retain(is_new);
        let hook = move |operation: &str| match operation {
            "SendMessage" => Verdict::Pass,
            _ => Verdict::Refuse(status, code),
        };
        let endpoint = after.platform.serve().await.unwrap();
        let config = local_config(&wire(&endpoint, hook).await).unwrap();
        let functions = Functions::connect(&app.roster, &config, "https://roster.test");
        let batch = json!({ "Records": news });
        functions.invoke("send-mail", batch).await.unwrap();
    }

    let mut broken = records[0].clone();
    broken["dynamodb"]["NewImage"]["purpose"] = json!({ "S": "grace@secret.example" });
    broken["dynamodb"]["NewImage"]["codes"] = json!({ "S": passwords[1] });
    let key = broken["dynamodb"]["Keys"]["SK"]["S"]
        .as_str()
        .unwrap()
        .to_owned();
    let batch = json!({ "Records": [broken] });
    after.functions.invoke("send-mail", batch).await.unwrap();
    for body in [
        format!(r#"{{"eventId":"{}"}}"#, passwords[1]),
        format!(
            r#"{{"eventId":"e","accountId":"{user}","userId":"{}","records":1,"bytes":1,"applicationKey":"k","usage":1}}"#,
            passwords[1]
        ),
        passwords[1].to_owned(),
    ] {
        let batch = json!({ "Records": [{ "messageId": "m", "body": body }] });
        after.functions.invoke("record-usage", batch).await.unwrap();
    }

    // The invitation is used, twice.
    let mails = after.platform.mails();
    let codes: Vec<&str> = mails
        .iter()
        .filter_map(|mail| code_in(&mail.text))
        .collect();
    assert_eq!(codes.len(), 2);
    secrets.extend(codes.iter().map(|code| random_part(code)));
    let code = codes.into_iter().find(|code| code.starts_with("rsi_"));
    let accept = || {
        let body = json!({ "register": true, "invite": code });
        let login = app
            .post("/user/login")
            .basic("grace@secret.example", passwords[1]);
        login.json(body)
    };
    let joined = accept().await.expect_status(200).json();
    secrets.push(random_part(joined["token"]["token"].as_str().unwrap()));
    accept().await.expect_problem(410, "code_used");
    after.settle().await.unwrap();

    let letters: Vec<String> = after
        .platform
        .queue(DEAD_LETTERS)
        .into_iter()
        .map(|letter| letter.body)
        .collect();
    assert_eq!(
        letters.len(),
        2,
        "refused by SES, and unreadable: {letters:?}"
    );
    assert!(log.text().contains(&key), "the unreadable row is named");
    assert!(letters.iter().any(|letter| letter.contains(&key)));
    let events = after.platform.events();
    assert!(events.len() >= 5);
    let shown = format!("{}\n{events:?}\n{letters:?}", log.text());
    assert!(shown.contains("answered") && shown.contains("mail sent"));
    for secret in &secrets {
        for start in 0..secret.len() - 11 {
            let part = &secret[start..start + 12];
            assert!(!shown.contains(part), "{part} of {secret} in {shown}");
        }
    }
    assert!(!shown.contains("@secret.example"), "{shown}");
}
