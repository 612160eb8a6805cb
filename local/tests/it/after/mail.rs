//! `send-mail`

use crate::support::{App, MAILS, Verdict, wire};
use roster_domain::{
    Account, AccountId, CodePurpose, CodeRefusal, CodeRequest, Language, Patch, Role, Timestamp,
    User, UserChanges, UserId,
};
use roster_dynamodb::{Repository, Timeouts};
use roster_functions::{Roster, local_config};
use roster_local::{DEAD_LETTERS, Functions, Mail, Platform, Stream, TABLE};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};
use tokio::sync::Notify;

/// Whose mails are looked at.
struct Asked {
    purpose: CodePurpose,
    account: AccountId,
    user: UserId,
}

/// An owner who has yet to verify their address, and somebody invited: both have asked for a mail.
async fn ask(app: &App, purpose: CodePurpose) -> Asked {
    let now = app.roster.clock.now();
    let account = Account::open("ada@example.com".parse().unwrap(), now);
    let hash = roster_domain::PasswordHash::decoy();
    let owner = User::register(
        account.id,
        "ada@example.com".parse().unwrap(),
        None,
        hash,
        now,
    );
    let repository = &app.roster.repository;
    repository.account_create(&account, &owner).await.unwrap();
    let invited = "grace@example.com".parse().unwrap();
    let invited = User::invite(account.id, invited, Role::User, now);
    repository
        .user_create(&invited, Some(MAILS), now)
        .await
        .unwrap();
    let user = match purpose {
        CodePurpose::Invitation => invited.id,
        CodePurpose::Verification => owner.id,
    };
    Asked {
        purpose,
        account: account.id,
        user,
    }
}

impl Asked {
    async fn request(&self, app: &App) -> CodeRequest {
        let repository = &app.roster.repository;
        repository
            .code_request_get(self.purpose, self.account, self.user)
            .await
            .unwrap()
            .unwrap()
    }

    /// The record of the stream that asks for the mail.
    fn batch(&self, stream: &mut Stream) -> Value {
        let kind = match self.purpose {
            CodePurpose::Invitation => "INVITATION",
            CodePurpose::Verification => "VERIFICATION",
        };
        let key = format!("{kind}#{}", self.user);
        let mut records = stream.read().unwrap();
        records.retain(|record| record["dynamodb"]["Keys"]["SK"]["S"] == key.as_str());
        assert_eq!(records.len(), 1);
        json!({ "Records": records })
    }
}

fn code_in(mail: &Mail) -> roster_domain::Code {
    let (_, fragment) = mail.text.split_once("#code=").unwrap();
    let end = fragment.find('&').unwrap();
    fragment[..end].parse().unwrap()
}

/// Stops the function at one of its requests, by their number: before it arrives, or after.
struct Kill {
    at: usize,
    verdict: Verdict,
    seen: AtomicUsize,
    reached: Notify,
}

impl Kill {
    fn verdict(&self) -> Verdict {
        if self.seen.fetch_add(1, SeqCst) != self.at {
            return Verdict::Pass;
        }
        self.reached.notify_one();
        self.verdict
    }
}

/// Delivers a batch to a fresh `send-mail`, as Lambda does; whether it was killed on the way.
async fn deliver_and_kill(
    app: &App,
    platform: &str,
    batch: &Value,
    at: usize,
    verdict: Verdict,
) -> bool {
    let kill = Arc::new(Kill {
        at,
        verdict,
        seen: AtomicUsize::new(0),
        reached: Notify::new(),
    });
    let hook = || {
        let kill = kill.clone();
        move |_: &str| kill.verdict()
    };
    let store = wire(&app.store_endpoint(), hook()).await;
    let roster = Roster {
        repository: Repository::connect_local(&store, TABLE.into(), Timeouts::LOCAL).unwrap(),
        ..app.roster.clone()
    };
    let config = local_config(&wire(platform, hook()).await).unwrap();
    let functions = Functions::connect(&roster, &config, "https://roster.test");
    tokio::select! {
        // Polled first: what was reached is dead, even if it could go on.
        biased;
        () = async {
            kill.reached.notified().await;
            // What was on its way when it was killed may still arrive.
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        } => true,
        response = functions.invoke("send-mail", batch.clone()) => {
            assert_eq!(response.unwrap()["batchItemFailures"], json!([]));
            false
        }
    }
}

/// Kills it at `first`, and its second try at `second`; then lets it work, twice over. False when
/// it has fewer steps than `first`.
async fn survives(purpose: CodePurpose, first: (usize, Verdict), second: (usize, Verdict)) -> bool {
    let app = App::start().await;
    let asked = ask(&app, purpose).await;
    let platform = Platform::default();
    let endpoint = platform.serve().await.unwrap();
    let mut stream = app.stream();
    let batch = asked.batch(&mut stream);
    let killed = deliver_and_kill(&app, &endpoint, &batch, first.0, first.1).await;
    if killed {
        deliver_and_kill(&app, &endpoint, &batch, second.0, second.1).await;
    }
    for _ in 0..2 {
        let killed = deliver_and_kill(&app, &endpoint, &batch, usize::MAX, Verdict::Pass).await;
        assert!(!killed);
    }
    let mails = platform.mails();
    let what = format!("{purpose:?} {first:?} {second:?}");
    assert!((1..=3).contains(&mails.len()), "{what}: {}", mails.len());
    let request = asked.request(&app).await;
    let now = app.roster.clock.now();
    let (last, others) = mails.split_last().unwrap();
    assert_eq!(request.check(&code_in(last), now), Ok(()), "{what}");
    for mail in others {
        let check = request.check(&code_in(mail), now);
        assert_eq!(check, Err(CodeRefusal::UsedUp), "{what}");
    }
    killed
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_step_it_loses_no_mail_and_leaves_one_code_that_works() {
    for purpose in [CodePurpose::Invitation, CodePurpose::Verification] {
        let mut steps = 0;
        // Read the request and the user, count the mail, store the code's hash, send, note it.
        while survives(
            purpose,
            (steps, Verdict::HangBefore),
            (usize::MAX, Verdict::Pass),
        )
        .await
        {
            steps += 1;
        }
        assert_eq!(steps, 5, "{purpose:?}");
        for first in 0..steps {
            for first in [(first, Verdict::HangBefore), (first, Verdict::HangAfter)] {
                for second in 0..steps {
                    for verdict in [Verdict::HangBefore, Verdict::HangAfter] {
                        survives(purpose, first, (second, verdict)).await;
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_mail_is_sent_once_however_often_its_record_comes() {
    let app = App::start().await;
    let asked = ask(&app, CodePurpose::Invitation).await;
    let mut after = app.after().await;
    let batch = asked.batch(&mut app.stream());
    after.settle().await.unwrap();
    assert_eq!(after.platform.mails().len(), 2, "one for each of the two");
    for _ in 0..3 {
        let response = after.functions.invoke("send-mail", batch.clone()).await;
        assert_eq!(response.unwrap()["batchItemFailures"], json!([]));
    }
    assert_eq!(after.platform.mails().len(), 2);
}

#[tokio::test]
async fn asking_anew_stops_the_older_code_and_sends_one_mail() {
    let app = App::start().await;
    let asked = ask(&app, CodePurpose::Invitation).await;
    let mut after = app.after().await;
    after.settle().await.unwrap();
    let repository = &app.roster.repository;
    let email = "grace@example.com".parse().unwrap();
    let renew = async |now| {
        let renewed =
            repository.invitation_renew(asked.account, asked.user, &email, Role::Owner, MAILS, now);
        renewed.await.unwrap();
    };
    app.advance(std::time::Duration::from_secs(60));
    let now = app.roster.clock.now();
    renew(now).await;
    app.advance(std::time::Duration::from_secs(60));
    let now = app.roster.clock.now();
    // Twice before the stream was read: only the newer one is answered.
    renew(now).await;
    after.settle().await.unwrap();
    let mails = after.platform.mails();
    let mails: Vec<_> = mails
        .iter()
        .filter(|mail| mail.to == "grace@example.com")
        .collect();
    assert_eq!(mails.len(), 2);
    let request = asked.request(&app).await;
    assert_eq!(
        request.check(&code_in(mails[0]), now),
        Err(CodeRefusal::UsedUp)
    );
    assert_eq!(request.check(&code_in(mails[1]), now), Ok(()));
}

/// An address is the same in any case, and whoever invites afresh types it as they like.
#[tokio::test]
async fn a_fresh_invitation_is_mailed_however_the_address_is_written() {
    let app = App::start().await;
    let asked = ask(&app, CodePurpose::Invitation).await;
    let mut after = app.after().await;
    after.settle().await.unwrap();
    let before = after.platform.mails().len();
    app.advance(std::time::Duration::from_secs(60));
    let (email, now) = ("Grace@Example.com".parse().unwrap(), app.roster.clock.now());
    let repository = &app.roster.repository;
    let renewed =
        repository.invitation_renew(asked.account, asked.user, &email, Role::Owner, MAILS, now);
    renewed.await.unwrap();
    after.settle().await.unwrap();
    let mails = after.platform.mails();
    assert_eq!(mails.len(), before + 1);
    let code = code_in(&mails[before]);
    assert_eq!(asked.request(&app).await.check(&code, now), Ok(()));
}

#[tokio::test]
async fn no_mail_goes_to_whom_it_would_be_of_no_use() {
    for (what, values) in [
        ("joined", json!({ "joined": { "BOOL": true } })),
        ("deactivated", json!({ "deactivated": { "BOOL": true } })),
        (
            "another address",
            json!({ "email": { "S": "x@example.com" } }),
        ),
    ] {
        let app = App::start().await;
        let asked = ask(&app, CodePurpose::Invitation).await;
        let batch = asked.batch(&mut app.stream());
        app.store_user(asked.account, asked.user, values);
        let after = app.after().await;
        let response = after.functions.invoke("send-mail", batch).await;
        assert_eq!(response.unwrap()["batchItemFailures"], json!([]));
        assert!(after.platform.mails().is_empty(), "{what}");
    }
    let app = App::start().await;
    let asked = ask(&app, CodePurpose::Verification).await;
    let batch = asked.batch(&mut app.stream());
    let key = (
        format!("ACCOUNT#{}", asked.account),
        format!("USER#{}", asked.user),
    );
    app.store(
        &key.0,
        &key.1,
        json!({ "email_verified": { "BOOL": true } }),
    );
    let after = app.after().await;
    after.functions.invoke("send-mail", batch).await.unwrap();
    assert!(after.platform.mails().is_empty(), "verified already");
}

#[tokio::test]
async fn a_mail_is_written_in_the_users_language() {
    let app = App::start().await;
    let asked = ask(&app, CodePurpose::Verification).await;
    let repository = &app.roster.repository;
    let mut after = app.after().await;
    after.settle().await.unwrap();
    let mut seen = after.platform.mails().len();
    for (at, language) in Language::ALL.into_iter().enumerate() {
        let user = repository.user_get(asked.account, asked.user).await;
        let changes = UserChanges {
            language: Patch::Set(language),
            email: Some(format!("ada{at}@example.com").parse().unwrap()),
            ..UserChanges::default()
        };
        let now: Timestamp = app.roster.clock.now();
        let user = user.unwrap().unwrap();
        repository
            .user_update(&user, &changes, MAILS, now)
            .await
            .unwrap();
        after.settle().await.unwrap();
        let mails = after.platform.mails();
        let [mail] = &mails[seen..] else {
            panic!("one mail for {language:?}")
        };
        seen = mails.len();
        assert_eq!(mail.to, format!("ada{at}@example.com"));
        let page = format!("https://roster.test/join?lang={}#code=", language.as_str());
        assert!(mail.text.contains(&page), "{}", mail.text);
        assert!(
            mail.html
                .contains(&format!("<html lang=\"{}\">", language.as_str()))
        );
        let raw = String::from_utf8(mail.raw.clone()).unwrap();
        assert!(raw.contains("multipart/alternative"), "{raw}");
        assert!(raw.contains("Auto-Submitted: auto-generated"), "{raw}");
    }
}

#[tokio::test]
async fn while_ses_is_away_the_record_comes_again_and_a_refusal_is_final() {
    let app = App::start().await;
    let asked = ask(&app, CodePurpose::Invitation).await;
    let batch = asked.batch(&mut app.stream());
    let platform = Platform::default();
    let endpoint = platform.serve().await.unwrap();
    let sequence = &batch["Records"][0]["dynamodb"]["SequenceNumber"];
    for (status, code, comes_again) in [
        (429, "TooManyRequestsException", true),
        (500, "InternalFailure", true),
        (400, "SendingPausedException", true),
        (403, "AccessDeniedException", true),
        (400, "MessageRejected", false),
    ] {
        let hook = move |operation: &str| match operation {
            "SendMessage" => Verdict::Pass,
            _ => Verdict::Refuse(status, code),
        };
        let config = local_config(&wire(&endpoint, hook).await).unwrap();
        let functions = Functions::connect(&app.roster, &config, "https://roster.test");
        let response = functions.invoke("send-mail", batch.clone()).await.unwrap();
        let failures = match comes_again {
            true => json!([{ "itemIdentifier": sequence }]),
            false => json!([]),
        };
        assert_eq!(response["batchItemFailures"], failures, "{code}");
        let letters = platform.queue(DEAD_LETTERS).len();
        assert_eq!(letters, usize::from(!comes_again), "{code}");
    }
    assert!(platform.mails().is_empty());
}

/// A record that comes again does not hold up those behind it.
#[tokio::test]
async fn those_behind_a_record_that_fails_are_handled() {
    let app = App::start().await;
    ask(&app, CodePurpose::Invitation).await;
    let mut records = app.stream().read().unwrap();
    records.retain(|record| record["dynamodb"]["NewImage"]["requested"]["S"].is_string());
    assert_eq!(records.len(), 2);
    let platform = Platform::default();
    let sends = AtomicUsize::new(0);
    let hook = move |_: &str| match sends.fetch_add(1, SeqCst) {
        0 => Verdict::Refuse(403, "AccessDeniedException"),
        _ => Verdict::Pass,
    };
    let config = local_config(&wire(&platform.serve().await.unwrap(), hook).await).unwrap();
    let functions = Functions::connect(&app.roster, &config, "https://roster.test");
    let batch = json!({ "Records": records });
    let response = functions.invoke("send-mail", batch).await.unwrap();
    // They are sent side by side: either may have been refused.
    let failed = response["batchItemFailures"].as_array().unwrap();
    let sequences = records
        .iter()
        .map(|record| &record["dynamodb"]["SequenceNumber"]);
    let failed_of_them =
        sequences.filter(|sequence| *failed == [json!({ "itemIdentifier": sequence })]);
    assert_eq!(failed_of_them.count(), 1, "{response}");
    assert_eq!(platform.mails().len(), 1);
}
