//! `send-mail`

use crate::testkit::{
    AccountEdit, Action, Edit, FakeAws, Person, Product, Proxy, SEND_EMAIL, TestApp, Which, code_in,
};
use roster_domain::{CodeError, CodePurpose, Language, Role};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

/// A user who is to be mailed a code.
pub(super) struct Recipient {
    purpose: CodePurpose,
    person: Person,
}

/// An owner who has yet to verify their address, or a user whom they invited. Both are there, and
/// wait for a mail.
pub(super) async fn recipient(app: &TestApp, purpose: CodePurpose) -> Recipient {
    let ada = app.signed_up("ada").await;
    let grace = app.invited(&ada, "grace", Role::User).await;
    let person = match purpose {
        CodePurpose::Invitation => grace,
        _ => ada,
    };
    Recipient { purpose, person }
}

impl Recipient {
    pub(super) async fn check(&self, app: &TestApp, code: &str) -> Result<(), CodeError> {
        let challenge = app.challenge(self.purpose, &self.person).await;
        challenge.unwrap().check(code, app.now())
    }

    /// The record of the stream that asks for the mail.
    pub(super) fn batch(&self, app: &TestApp) -> Value {
        let kind = match self.purpose {
            CodePurpose::Invitation => "INVITATION",
            _ => "VERIFICATION",
        };
        let key = format!("{kind}#{}", self.person.id);
        let mut records = app.stream_records();
        records.retain(|record| record["dynamodb"]["Keys"]["SK"]["S"] == key.as_str());
        assert_eq!(records.len(), 1);
        json!({ "Records": records })
    }
}

/// Where a function is killed: at one of its requests, by their number.
#[derive(Clone, Debug)]
struct Kill {
    request: usize,
    how: Action,
}

impl Kill {
    /// Both ways to kill it at a request: before that arrives, and after it was done.
    fn both(request: usize) -> [Self; 2] {
        [Action::HangBefore, Action::HangAfter].map(|how| Self { request, how })
    }
}

/// Delivers a batch to a fresh `send-mail`, as Lambda does; whether it was killed on the way.
async fn deliver(app: &TestApp, aws: &str, batch: &Value, kill: Option<&Kill>) -> bool {
    let store = Proxy::before(&app.store_endpoint()).await;
    let aws = Proxy::before(aws).await;
    let requests = Arc::new(AtomicUsize::new(0));
    for proxy in [&store, &aws] {
        let (kill, requests) = (kill.cloned(), requests.clone());
        proxy.hook(move |_, _| {
            let number = requests.fetch_add(1, SeqCst);
            match &kill {
                Some(kill) if kill.request == number => kill.how.clone(),
                _ => Action::Pass,
            }
        });
    }
    let workers = app.workers(&store.endpoint(), &aws.endpoint());
    let killed = async {
        tokio::select! {
            () = store.hung() => {}
            () = aws.hung() => {}
        }
        // What was on its way when it was killed may still arrive.
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    tokio::select! {
        // Polled first: a function that hangs is dead, even if it could go on.
        biased;
        () = killed => true,
        failures = workers.failures_of("send-mail", batch.clone()) => {
            assert_eq!(failures, [""; 0]);
            false
        }
    }
}

/// Kills it once, and its second try too, if so; then lets it work, twice over. Tells whether it was
/// killed at all: it may have fewer requests than that.
async fn survives(purpose: CodePurpose, first: &Kill, second: Option<&Kill>) -> bool {
    let app = TestApp::start().await;
    let recipient = recipient(&app, purpose).await;
    let aws = FakeAws::default();
    let endpoint = aws.serve().await;
    let batch = recipient.batch(&app);
    let killed = deliver(&app, &endpoint, &batch, Some(first)).await;
    if killed {
        deliver(&app, &endpoint, &batch, second).await;
    }
    for _ in 0..2 {
        assert!(!deliver(&app, &endpoint, &batch, None).await);
    }
    let mails = aws.mails();
    let case = format!("{purpose:?} {first:?} {second:?}");
    assert!((1..=3).contains(&mails.len()), "{case}: {}", mails.len());
    let (last, others) = mails.split_last().unwrap();
    let last = recipient.check(&app, code_in(last).unwrap()).await;
    assert_eq!(last, Ok(()), "{case}");
    for mail in others {
        let other = recipient.check(&app, code_in(mail).unwrap()).await;
        assert_eq!(other, Err(CodeError::UsedUp), "{case}");
    }
    killed
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_request_it_loses_no_mail_and_leaves_one_code_that_works() {
    for purpose in [CodePurpose::Invitation, CodePurpose::Verification] {
        let mut requests = 0;
        // Read the challenge and the user, count the mail, store the code's hash, send, note it.
        while survives(purpose, &Kill::both(requests)[0], None).await {
            requests += 1;
        }
        assert_eq!(requests, 5, "{purpose:?}");
        for first in (0..requests).flat_map(Kill::both) {
            for second in (0..requests).flat_map(Kill::both) {
                survives(purpose, &first, Some(&second)).await;
            }
        }
    }
}

#[tokio::test]
async fn a_mail_is_sent_once_however_often_its_record_comes() {
    let app = TestApp::start().await;
    let recipient = recipient(&app, CodePurpose::Invitation).await;
    let mut background = app.background_workers().await;
    let batch = recipient.batch(&app);
    background.run_until_idle().await;
    let aws = &background.aws;
    assert_eq!(aws.mails().len(), 2, "one for each of the two");
    for _ in 0..3 {
        let failures = background.workers.failures_of("send-mail", batch.clone());
        assert_eq!(failures.await, [""; 0]);
    }
    assert_eq!(aws.mails().len(), 2);
}

#[tokio::test]
async fn a_new_request_stops_the_older_code_and_sends_one_mail() {
    let app = TestApp::start().await;
    let recipient = recipient(&app, CodePurpose::Invitation).await;
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    // Twice before the stream is read: only the newer one is answered.
    for _ in 0..2 {
        app.advance(Duration::from_secs(60));
        app.invite_afresh(&recipient.person).await.unwrap();
    }
    background.run_until_idle().await;
    let mails = background.aws.mails_to("grace@example.com");
    assert_eq!(mails.len(), 2);
    for (mail, outcome) in mails.iter().zip([Err(CodeError::UsedUp), Ok(())]) {
        let code = code_in(mail).unwrap();
        assert_eq!(recipient.check(&app, code).await, outcome);
    }
}

/// An address is the same in any case, and whoever invites afresh types it as they like.
#[tokio::test]
async fn a_fresh_invitation_is_mailed_however_the_address_is_written() {
    let app = TestApp::start().await;
    let recipient = recipient(&app, CodePurpose::Invitation).await;
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    let before = background.aws.mails().len();
    app.advance(Duration::from_secs(60));
    let grace = recipient.person.at("Grace@Example.com");
    app.invite_afresh(&grace).await.unwrap();
    background.run_until_idle().await;
    let mails = background.aws.mails();
    assert_eq!(mails.len(), before + 1);
    let code = code_in(&mails[before]).unwrap();
    assert_eq!(recipient.check(&app, code).await, Ok(()));
}

#[tokio::test]
async fn no_mail_goes_to_a_user_who_could_not_use_it() {
    use CodePurpose::{Invitation, Verification};
    for (purpose, edit) in [
        (Invitation, Edit::Joined),
        (Invitation, Edit::Deactivated),
        (Invitation, Edit::Email("x@example.com")),
        (Verification, Edit::Verified),
    ] {
        let app = TestApp::start().await;
        let recipient = recipient(&app, purpose).await;
        let batch = recipient.batch(&app);
        app.edit(&recipient.person, edit);
        let background = app.background_workers().await;
        let failures = background.workers.failures_of("send-mail", batch);
        assert_eq!(failures.await, [""; 0], "{edit:?}");
        assert!(background.aws.mails().is_empty(), "{edit:?}");
    }
}

#[tokio::test]
async fn a_mail_is_written_in_the_users_language() {
    let app = TestApp::start().await;
    let ada = recipient(&app, CodePurpose::Verification).await.person;
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    for (at, language) in Language::ALL.into_iter().enumerate() {
        let address = format!("ada{at}@example.com");
        app.readdress_in(&ada, &address, language).await;
        background.run_until_idle().await;
        let mails = background.aws.mails_to(&address);
        let [mail] = &mails[..] else {
            panic!("{} mails for {language:?}", mails.len())
        };
        let page = format!("https://roster.test/join?lang={}#code=", language.as_str());
        assert!(mail.text.contains(&page), "{}", mail.text);
        let html = format!("<html lang=\"{}\">", language.as_str());
        assert!(mail.html.contains(&html), "{}", mail.html);
        let raw = String::from_utf8(mail.raw.clone()).unwrap();
        assert!(raw.contains("multipart/alternative"), "{raw}");
        assert!(raw.contains("Auto-Submitted: auto-generated"), "{raw}");
        assert_eq!(background.aws.mails().len(), 2 + at + 1);
    }
}

#[tokio::test]
async fn while_ses_is_away_the_record_comes_again_and_a_refusal_is_final() {
    let app = TestApp::start().await;
    let recipient = recipient(&app, CodePurpose::Invitation).await;
    let batch = recipient.batch(&app);
    let aws = FakeAws::default();
    let proxy = Proxy::before(&aws.serve().await).await;
    let workers = app.workers_with_aws(&proxy.endpoint());
    let sequence = &batch["Records"][0]["dynamodb"]["SequenceNumber"];
    let sequence = sequence.as_str().unwrap().to_owned();
    for (status, code, comes_again) in [
        (429, "TooManyRequestsException", true),
        (500, "InternalFailure", true),
        (400, "SendingPausedException", true),
        (403, "AccessDeniedException", true),
        (400, "MessageRejected", false),
    ] {
        proxy.clear();
        proxy.always(SEND_EMAIL, Action::refuse(status, code));
        let failures = workers.failures_of("send-mail", batch.clone()).await;
        let expected = comes_again.then(|| sequence.clone());
        assert_eq!(failures, Vec::from_iter(expected), "{code}");
        let letters = aws.dead_letters().len();
        assert_eq!(letters, usize::from(!comes_again), "{code}");
    }
    assert!(aws.mails().is_empty());
}

/// A record that comes again does not hold up those behind it.
#[tokio::test]
async fn the_records_behind_one_that_fails_are_handled() {
    let app = TestApp::start().await;
    recipient(&app, CodePurpose::Invitation).await;
    let mut records = app.stream_records();
    records.retain(|record| record["dynamodb"]["NewImage"]["requested"]["S"].is_string());
    assert_eq!(records.len(), 2);
    let aws = FakeAws::default();
    let proxy = Proxy::before(&aws.serve().await).await;
    let denied = Action::refuse(403, "AccessDeniedException");
    proxy.script(Which::Any, [denied]);
    let workers = app.workers_with_aws(&proxy.endpoint());
    let batch = json!({ "Records": records });
    let failed = workers.failures_of("send-mail", batch).await;
    proxy.expect_scripts_done();
    // They are sent side by side: either may have been refused.
    let [failed] = &failed[..] else {
        panic!("{failed:?}")
    };
    let mut sequences = records
        .iter()
        .map(|record| &record["dynamodb"]["SequenceNumber"]);
    assert!(sequences.any(|sequence| sequence == failed), "{failed}");
    assert_eq!(aws.mails().len(), 1);
}

/// As a person reads them: who sends it, and why to them.
#[tokio::test]
async fn a_mail_names_the_product_the_account_and_whoever_invites() {
    let app = TestApp::with_product(Product {
        name: "Orchard & Sons".into(),
        reply_to: Some("help@orchard.example".into()),
        ..Product::default()
    })
    .await;
    let ada = app.account("ada").await;
    let mut background = app.background_workers().await;
    let mut invite = async |email: &str| {
        let body = json!({ "email": email, "role": "user", "sendInvite": true });
        let call = app.post("/user/create").bearer(&ada.token).json(body);
        call.await.expect_status(200);
        background.run_until_idle().await;
        let [mail] = &background.aws.mails_to(email)[..] else {
            panic!("one mail to {email}")
        };
        mail.clone()
    };
    let mail = invite("grace@example.com").await;
    let lead = "ada@example.com invites you to Orchard & Sons.";
    assert!(mail.text.starts_with(lead), "{}", mail.text);

    let names = json!({ "first": "Ada", "last": "<b>Lovelace</b>" });
    let call = app.post("/user/update").bearer(&ada.token).json(names);
    call.await.expect_status(200);
    app.edit_account(&ada, AccountEdit::Named("Pomona's {product}"));
    let mail = invite("alan@example.com").await;
    assert_eq!(mail.subject, "You are invited to Orchard & Sons");
    let lead = "Ada <b>Lovelace</b> invites you to join Pomona's {product} on Orchard & Sons.";
    assert!(mail.text.starts_with(lead), "{}", mail.text);
    let reason = "You get this mail because this address was invited to Orchard & Sons.\n";
    assert!(mail.text.ends_with(reason), "{}", mail.text);
    let lead = "Ada &#60;b&#62;Lovelace&#60;/b&#62; invites you to join Pomona&#39;s {product} on";
    assert!(mail.html.contains(lead), "{}", mail.html);
    let raw = String::from_utf8(mail.raw).unwrap();
    assert!(raw.contains("Reply-To: help@orchard.example\r\n"), "{raw}");
}

/// The invited user's own row is read once, also where they are whoever invites.
#[tokio::test]
async fn an_invitation_by_nobody_who_is_there_names_nobody() {
    let app = TestApp::start().await;
    let recipient = recipient(&app, CodePurpose::Invitation).await;
    app.advance(Duration::from_secs(60));
    app.invite_afresh(&recipient.person).await.unwrap();
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    let [mail] = &background.aws.mails_to("grace@example.com")[..] else {
        panic!("one mail")
    };
    let lead = "You have been invited to Roster. Choose a password to join.";
    assert!(mail.text.starts_with(lead), "{}", mail.text);
    assert!(!String::from_utf8_lossy(&mail.raw).contains("Reply-To"));
}
