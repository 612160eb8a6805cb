//! `mail-feedback`: mails that come back, from the addresses of SES's mailbox simulator.

use crate::testkit::{BackgroundWorkers, Log, Person, TestApp};
use roster_domain::{BounceKind, CodePurpose, NameHash};
use serde_json::{Value, json};
use std::time::Duration;

const BOUNCE: &str = "bounce@simulator.amazonses.com";
const COMPLAINT: &str = "complaint@simulator.amazonses.com";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

struct Scene {
    app: TestApp,
    background: BackgroundWorkers,
    ada: Person,
}

impl Scene {
    async fn start() -> Self {
        let app = TestApp::start().await;
        Self {
            background: app.background_workers().await,
            ada: app.account("ada").await,
            app,
        }
    }

    /// Invites an address, or invites it afresh: the invited user.
    async fn invite(&mut self, by: &Person, email: &str) -> Person {
        let invite = self.app.post("/api/v2/users").bearer(&by.token);
        let invite = invite.json(json!({ "email": email })).await;
        invite.expect_status(200);
        self.background.run_until_idle().await;
        let get = self.app.post("/user/get").bearer(&by.token);
        let user = get.json(json!({ "email": email })).await.expect_status(200);
        Person {
            id: user.json()["id"].as_str().unwrap().to_owned(),
            ..by.at(email)
        }
    }

    fn mails(&self, email: &str) -> usize {
        self.background.aws.mails_to(email).len()
    }

    async fn bounced(&self, person: &Person) -> Option<BounceKind> {
        let challenge = self.app.challenge(CodePurpose::Invitation, person).await;
        challenge.unwrap().bounced()
    }

    fn noted(&self, email: &str) -> Option<Value> {
        let pk = format!("MAILS#{}", NameHash::new(email).as_str());
        let items = self.app.items();
        items.get(&(pk, "BOUNCE".to_owned())).cloned()
    }
}

#[tokio::test]
async fn an_address_that_bounces_gets_no_more_mails_for_half_a_year() {
    let mut scene = Scene::start().await;
    let (ada, linus) = (scene.ada.clone(), scene.app.account("linus").await);
    let user = scene.invite(&ada, BOUNCE).await;
    assert_eq!(scene.mails(BOUNCE), 1);
    assert_eq!(scene.bounced(&user).await, Some(BounceKind::Bounce));
    let noted = scene.noted(BOUNCE).unwrap();
    let expires = noted["ttl"]["N"].as_str().unwrap().parse::<i64>().unwrap();
    assert_eq!(expires, (scene.app.now() + DAY * 180).as_seconds());

    // Whoever invites it, and however it is written.
    scene.app.advance(DAY);
    let again = scene.invite(&ada, "Bounce@simulator.amazonses.com").await;
    assert_eq!(again.id, user.id);
    let other = scene.invite(&linus, BOUNCE).await;
    let mails = scene.background.aws.mails();
    let to_it = mails
        .iter()
        .filter(|mail| mail.to.eq_ignore_ascii_case(BOUNCE));
    assert_eq!(to_it.count(), 1);
    for person in [&user, &other] {
        assert_eq!(scene.bounced(person).await, Some(BounceKind::Bounce));
    }
    // Half a year later somebody may have made the mailbox. By then no token of before works.
    scene.app.advance(DAY * 180);
    let eve = scene.app.account("eve").await;
    scene.invite(&eve, BOUNCE).await;
    assert_eq!(scene.mails(BOUNCE), 2);
}

#[tokio::test]
async fn a_user_with_another_address_is_mailed_again() {
    let mut scene = Scene::start().await;
    let ada = scene.ada.clone();
    let user = scene.invite(&ada, BOUNCE).await;
    let path = format!("/api/v2/users/{}", user.id);
    let patch = scene.app.call("PATCH", &path).bearer(&ada.token);
    let patch = patch.json(json!({ "email": "alan@example.com" })).await;
    patch.expect_status(200);
    assert_eq!(scene.bounced(&user).await, None);
    scene.background.run_until_idle().await;
    assert_eq!(scene.mails("alan@example.com"), 1);
    assert_eq!(scene.bounced(&user).await, None);
}

#[tokio::test]
async fn a_complaint_is_noted_and_keeps_no_mail_back() {
    let mut scene = Scene::start().await;
    let ada = scene.ada.clone();
    let user = scene.invite(&ada, COMPLAINT).await;
    assert_eq!(scene.bounced(&user).await, Some(BounceKind::Complaint));
    assert!(scene.noted(COMPLAINT).unwrap()["complained"].is_object());
    scene.app.advance(DAY);
    scene.invite(&ada, COMPLAINT).await;
    assert_eq!(scene.mails(COMPLAINT), 2);
}

/// Mails to other addresses come back as little as those of another program are ours.
#[tokio::test]
async fn other_mails_are_noted_nowhere() {
    let mut scene = Scene::start().await;
    let ada = scene.ada.clone();
    for email in ["success@simulator.amazonses.com", "bounce@example.com"] {
        let user = scene.invite(&ada, email).await;
        assert_eq!(scene.mails(email), 1);
        assert_eq!(scene.bounced(&user).await, None);
        assert_eq!(scene.noted(email), None);
    }
}

/// An event may come twice, after the challenge was replaced, or when its user is gone.
#[tokio::test]
async fn an_event_that_comes_late_or_twice_changes_nothing_more() {
    let mut scene = Scene::start().await;
    let ada = scene.ada.clone();
    let user = scene.invite(&ada, "alan@example.com").await;
    let event = |bounce_type: &str, to: &str| {
        json!({ "detail": {
            "eventType": "Bounce",
            "bounce": { "bounceType": bounce_type, "timestamp": "2026-11-21T18:00:00.000Z" },
            "mail": { "messageId": "1", "destination": [to], "tags": {
                "account": [ada.account], "user": [user.id], "purpose": ["invitation"],
            } },
        } })
    };
    let workers = scene.background.workers.clone();
    let deliver = async |event| workers.deliver("mail-feedback", event).await;
    let before = scene.app.items();
    deliver(event("Transient", "alan@example.com")).await;
    deliver(event("Undetermined", "alan@example.com")).await;
    assert!(scene.app.items() == before);
    // It was mailed to an address that is the user's no more.
    deliver(event("Permanent", "old@example.com")).await;
    assert_eq!(scene.bounced(&user).await, None);
    assert!(scene.noted("old@example.com").is_some());

    deliver(event("Permanent", "alan@example.com")).await;
    assert_eq!(scene.bounced(&user).await, Some(BounceKind::Bounce));
    let before = scene.app.items();
    deliver(event("Permanent", "alan@example.com")).await;
    assert!(scene.app.items() == before);
    let remove = scene.app.post("/user/remove").bearer(&ada.token);
    let remove = remove.json(json!({ "id": user.id })).await;
    remove.expect_status(204);
    let before = scene.app.items();
    deliver(event("Permanent", "alan@example.com")).await;
    assert!(scene.app.items() == before);
}

#[tokio::test]
async fn no_address_is_logged() {
    let log = Log::start();
    let mut scene = Scene::start().await;
    let ada = scene.ada.clone();
    scene
        .invite(&ada, "bounce+hidden-label@simulator.amazonses.com")
        .await;
    scene.app.advance(DAY);
    scene
        .invite(&ada, "bounce+hidden-label@simulator.amazonses.com")
        .await;
    let unreadable = json!({ "detail": { "mail": "hidden-label@example.com" } });
    scene
        .background
        .workers
        .deliver("mail-feedback", unreadable)
        .await;
    let text = log.text();
    assert!(text.contains("a mail came back"));
    assert!(text.contains("mails to the address come back"));
    assert!(!text.contains("hidden-label"));
}
