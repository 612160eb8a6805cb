//! Walking through 2,500 users while others come and go.

use crate::testkit::{Person, TestApp, next_page};
use roster_domain::UserId;
use serde_json::{Value, json};
use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::task::JoinHandle;

const USERS: usize = 2500;

/// An account of [`USERS`], of whom every tenth leaves while the others are counted.
struct Crowd {
    app: Arc<TestApp>,
    owner: Person,
    /// The ids of the users who stay, by creation.
    staying: Vec<String>,
    leaving: Vec<UserId>,
}

impl Crowd {
    async fn gather() -> Self {
        let app = Arc::new(TestApp::start().await);
        let owner = app.account("ada").await;
        let (mut staying, mut leaving) = (vec![owner.id.clone()], vec![]);
        for (number, id) in app.copies(&owner, USERS - 1).into_iter().enumerate() {
            if number % 10 == 3 {
                leaving.push(id);
            } else {
                staying.push(id.to_string());
            }
        }
        Self {
            app,
            owner,
            staying,
            leaving,
        }
    }

    /// Somebody leaves and somebody comes, again and again, until told to stop: how many did.
    fn come_and_go(&self, stop: Arc<AtomicBool>) -> JoinHandle<usize> {
        let (app, owner, leaving) = (self.app.clone(), self.owner.clone(), self.leaving.clone());
        tokio::spawn(async move {
            let mut gone = 0;
            for id in leaving {
                if stop.load(SeqCst) {
                    break;
                }
                app.forget_user(&owner.account, id);
                app.copies(&owner, 1);
                gone += 1;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            gone
        })
    }

    /// Everybody who stayed was met once, by creation.
    #[track_caller]
    fn check(&self, met: &[String]) {
        let distinct: HashSet<_> = met.iter().collect();
        assert_eq!(distinct.len(), met.len(), "nobody is met twice");
        let staying: HashSet<_> = self.staying.iter().collect();
        let stayed: Vec<_> = met.iter().filter(|id| staying.contains(id)).collect();
        assert!(stayed.into_iter().eq(&self.staying), "all, by creation");
    }
}

fn ids(page: &Value, field: &str) -> Vec<String> {
    let id = |user: &Value| user[field].as_str().unwrap().to_owned();
    page.as_array().unwrap().iter().map(id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn members_list_gives_everyone_who_stayed_exactly_once() {
    let crowd = Crowd::gather().await;
    let stop = Arc::new(AtomicBool::new(false));
    let churn = crowd.come_and_go(stop.clone());
    for limit in ["", "?limit=97"] {
        let mut met = Vec::new();
        let mut next = Some(format!("/api/v2/users{limit}"));
        let mut pages = 0;
        while let Some(path) = next {
            let page = crowd.app.get(&path).bearer(&crowd.owner.token).await;
            let page = page.expect_status(200);
            met.extend(ids(&page.json(), "_id"));
            next = next_page(&page);
            pages += 1;
        }
        assert!(pages >= if limit.is_empty() { 3 } else { 24 }, "{pages}");
        crowd.check(&met);
    }
    stop.store(true, SeqCst);
    assert!(churn.await.unwrap() > 10, "others came and went meanwhile");
}

#[tokio::test(flavor = "multi_thread")]
async fn directory_find_gives_everyone_who_stayed_exactly_once_each_way() {
    let crowd = Crowd::gather().await;
    let stop = Arc::new(AtomicBool::new(false));
    let churn = crowd.come_and_go(stop.clone());
    let find = async |cursor: Value| {
        let call = crowd.app.post("/user/find").bearer(&crowd.owner.token);
        call.json(cursor).await.expect_status(200).json()
    };
    let (mut forwards, mut backwards) = (Vec::new(), Vec::new());
    let mut page = find(json!({})).await;
    assert!(page["prev"].is_null(), "the first page");
    loop {
        forwards.extend(ids(&page["data"], "id"));
        if page["next"].is_null() {
            break;
        }
        page = find(json!({ "next": page["next"] })).await;
    }
    loop {
        let mut newest_first = ids(&page["data"], "id");
        newest_first.reverse();
        backwards.extend(newest_first);
        if page["prev"].is_null() {
            break;
        }
        page = find(json!({ "prev": page["prev"] })).await;
    }
    stop.store(true, SeqCst);
    assert!(churn.await.unwrap() > 10, "others came and went meanwhile");
    crowd.check(&forwards);
    backwards.reverse();
    crowd.check(&backwards);
}
