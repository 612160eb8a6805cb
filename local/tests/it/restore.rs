//! A table that was restored to a point in time: no mail and no event of before that point goes out,
//! whatever is written to the restored rows, and what was left undone is done.
//!
//! `scripts/restore-rehearsal` does the same with the script itself.

use crate::{
    campaign::audit,
    testkit::{
        AccountEdit, Action, BackgroundWorkers, Edit, FakeAws, Items, PASSWORD, Person, Proxy,
        TestApp, account_key, user_key,
    },
    workers::closing,
};
use roster_domain::Role;
use serde_json::{Value, json};
use std::time::Duration;

/// The mail of each kind that is left to be sent when the function that sends mails is away.
const PENDING: [&str; 5] = ["INVITATION", "VERIFICATION", "RESET", "UNDO", "NOTICE"];

/// What was there at the point in time.
struct Past {
    items: Items,
    ada: Person,
    /// The owner of an account that is closed, and half erased.
    linus: Person,
}

impl Past {
    /// Mails that were sent and such that were not, of every kind; an account that is half erased; rows
    /// with a time to live.
    async fn start() -> Self {
        let app = TestApp::start().await;
        let mut background = app.background_workers().await;
        let ada = app.owner("ada").await;
        invite(&app, &ada, "sent@example.com").await;
        let linus = closing::account_of_all_kinds(&app, "linus").await;
        background.run_until_idle().await;
        let sent = background.aws.mails().len();
        assert!(sent >= 3, "{sent}");

        app.edit(&ada, Edit::Verified);
        invite(&app, &ada, "pending@example.com").await;
        let change = app.put("/auth/password").bearer(&ada.token);
        let change = change.json(json!({ "current": PASSWORD, "new": OTHER_PASSWORD }));
        change.await.expect_status(204);
        let ada = app.with_another_token(&ada).await;
        // Whose password it is, only the function finds out. A mail that an administrator asks for has its row.
        let forgot = app.post("/auth/password/forgot");
        let forgot = forgot.json(json!({ "username": "ada" }));
        forgot.await.expect_status(202);
        app.readdress(&ada, "ada-new@example.com").await;
        request_reset(&app, &ada).await;
        close_half(&app, &linus).await;
        Self {
            items: app.items(),
            ada,
            linus,
        }
    }

    /// The keys of the mails that were asked for and not sent.
    fn pending(items: &Items) -> Vec<(&String, &String)> {
        let of_a_mail = |sk: &str| {
            let kind = sk.split_once('#').map(|(kind, _)| kind);
            kind.is_some_and(|kind| PENDING.contains(&kind))
        };
        items
            .iter()
            .filter(|((_, sk), item)| of_a_mail(sk) && item["sent"].is_null())
            .filter(|(_, item)| item["code"].is_null())
            .map(|((pk, sk), _)| (pk, sk))
            .collect()
    }
}

const OTHER_PASSWORD: &str = "difference-engine-1822";

async fn invite(app: &TestApp, by: &Person, email: &str) {
    let invite = app.post("/api/v2/users").bearer(&by.token);
    let invite = invite.json(json!({ "email": email })).await;
    invite.expect_status(200);
}

/// An administrator has a mail sent to another user, by which that one chooses a new password.
async fn request_reset(app: &TestApp, by: &Person) {
    let grace = app.add(by, "grace").verified().await;
    let path = format!("/auth/users/{}/password-reset", grace.id);
    app.post(&path).bearer(&by.token).await.expect_status(202);
}

/// Closes an account, and kills the function that erases it at its fifth delete.
async fn close_half(app: &TestApp, owner: &Person) {
    app.edit_account(owner, AccountEdit::Closed);
    let store = Proxy::before(&app.store_endpoint()).await;
    store.script(
        "DeleteItem",
        [
            Action::Pass,
            Action::Pass,
            Action::Pass,
            Action::Pass,
            Action::HangBefore,
        ],
    );
    let workers = app.workers(&store.endpoint(), &FakeAws::default().serve().await);
    tokio::select! {
        biased;
        () = store.hung() => {}
        failures = workers.failures_of("close-account", closing::batch(app)) => {
            panic!("it was not killed: {failures:?}")
        }
    }
}

/// SES tells late that a mail to each of these came back: the one write to such a row that is no request
/// for another mail.
async fn bounce_all(background: &BackgroundWorkers, items: &Items) {
    for key in Past::pending(items) {
        let item = &items[&(key.0.clone(), key.1.clone())];
        let text = |name: &str| item[name]["S"].as_str().unwrap();
        let (kind, _) = key.1.split_once('#').unwrap();
        let mut event: Value = serde_json::from_str(BOUNCE).unwrap();
        let mail = &mut event["detail"]["mail"];
        mail["destination"] = json!([text("email")]);
        mail["tags"]["account"] = json!([text("account")]);
        mail["tags"]["user"] = json!([text("user")]);
        mail["tags"]["purpose"] = json!([kind.to_lowercase()]);
        // A complaint keeps no mail back, as a bounce would.
        event["detail"].as_object_mut().unwrap().remove("bounce");
        event["detail"]["complaint"] = json!({ "timestamp": "2026-11-21T19:00:00Z" });
        background.workers.deliver("mail-feedback", event).await;
    }
}

const BOUNCE: &str = include_str!("../../../events/mail-feedback/handled-bounce.json");

fn kinds(background: &BackgroundWorkers) -> Vec<String> {
    let events = background.aws.events().into_iter();
    let mut kinds: Vec<_> = events
        .map(|event| event["detail-type"].as_str().unwrap().to_owned())
        .collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_nothing_of_the_past_goes_out_and_what_was_begun_is_finished() {
    let past = Past::start().await;
    let pending = Past::pending(&past.items);
    for kind in PENDING {
        let prefix = format!("{kind}#");
        let found = pending.iter().any(|(_, sk)| sk.starts_with(&prefix));
        assert!(found, "no mail of kind {kind} is pending: {pending:?}");
    }
    let app = TestApp::restored(&past.items, true).await;
    let mut background = app.background_workers().await;
    background.run_until_idle().await;
    assert_eq!(kinds(&background), [""; 0]);

    // Whatever is written to the rows of the past.
    bounce_all(&background, &past.items).await;
    assert!(app.expire_all() > 3);
    let later = app.with_another_token(&past.ada).await;
    app.advance(Duration::from_secs(2 * 60 * 60));
    app.get("/v2/user")
        .bearer(&later.token)
        .await
        .expect_status(200);
    background.run_until_idle().await;
    assert_eq!(background.aws.mails().len(), 0);
    assert_eq!(kinds(&background), [""; 0]);

    // The account goes on to be erased, and of that the world is told: it happens now.
    assert_eq!(app.sweep("closed"), 1);
    background.run_until_idle().await;
    closing::expect_erased(&app.items(), &past.linus);
    let told = kinds(&background);
    assert!(told.contains(&"UserRemoved".to_owned()), "{told:?}");
    let of_linus = |event: &Value| event["detail"]["accountId"] == past.linus.account.as_str();
    assert!(background.aws.events().iter().all(of_linus));
    assert_eq!(app.sweep("closed"), 0);
    assert_eq!(background.aws.mails().len(), 0);

    // What is asked for from now on is done.
    let told = background.aws.events().len();
    invite(&app, &later, "pending@example.com").await;
    invite(&app, &later, "new@example.com").await;
    background.run_until_idle().await;
    assert_eq!(background.aws.mails_to("pending@example.com").len(), 1);
    assert_eq!(background.aws.mails_to("new@example.com").len(), 1);
    assert_eq!(background.aws.mails().len(), 2);
    assert_eq!(background.aws.events()[told]["detail-type"], "UserInvited");
    assert_eq!(background.aws.events().len(), told + 1);
    assert_eq!(audit::broken(&app.items()), [""; 0]);
    assert_eq!(background.aws.dead_letters(), [""; 0]);
}

/// Without the script's step, mails of the past go out: so the test above has something to find.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_sweep_a_late_word_of_ses_would_send_mails_of_the_past() {
    let past = Past::start().await;
    let app = TestApp::restored(&past.items, false).await;
    let mut background = app.background_workers().await;
    bounce_all(&background, &past.items).await;
    background.run_until_idle().await;
    assert!(background.aws.mails().len() >= 4);
}

/// Who changed the password after the point cannot be logged in with the former one, nor with a token of
/// before; the user chooses another password by mail.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_changed_since_lets_nobody_in() {
    let past = TestApp::start().await;
    let ada = past.owner("ada").await;
    let alan = past.member(&ada, "alan", Role::User).await;
    let items = past.items();
    let app = TestApp::restored(&items, true).await;
    let key = |person: &Person| {
        let user = user_key(&person.id);
        (
            json!({ "S": account_key(&person.account) }),
            json!({ "S": user }),
        )
    };
    let (pk, sk) = key(&ada);
    app.update_by_step("password", &pk, &sk);
    let profile = |person: &Person| app.get("/v2/user").bearer(&person.token);
    profile(&ada).await.expect_status(401);
    let login = || app.post("/user/login").basic(&ada.email, PASSWORD);
    login().await.expect_status(401);
    profile(&alan).await.expect_status(200);

    let code = app.reset_code(&ada).await;
    let reset = app.post("/auth/password/reset");
    let reset = reset.json(json!({ "code": code, "password": PASSWORD }));
    reset.await.expect_status(204);
    login().await.expect_status(200);

    // And everybody, if the operator wants so.
    assert_eq!(app.sweep("tokens"), 2);
    profile(&alan).await.expect_status(401);
    assert_eq!(app.sweep("tokens"), 0);
    login().await.expect_status(200);
    assert_eq!(audit::broken(&app.items()), [""; 0]);
}

/// An account that was closed after the point is closed again, and erased.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_was_closed_since_is_erased_again() {
    let past = TestApp::start().await;
    let ada = closing::account_of_all_kinds(&past, "ada").await;
    let app = TestApp::restored(&past.items(), true).await;
    let mut background = app.background_workers().await;
    let pk = json!({ "S": account_key(&ada.account) });
    app.update_by_step("close", &pk, &json!({ "S": "ACCOUNT" }));
    background.run_until_idle().await;
    closing::expect_erased(&app.items(), &ada);
}
