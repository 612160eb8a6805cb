//! Random sequences of all operations, by several callers in two accounts and more, in part at once,
//! against a model.
//!
//! After each step the answers and the stored state must be what the model says. Requests that were
//! sent at once must have ended as in one of their orders; only a request's caller may be as they
//! were somewhat earlier. The environment variables `ROSTER_MODEL_SEQUENCES` and `ROSTER_MODEL_SEED`
//! set how many sequences there are, and which.

mod answers;
mod changes;
mod rows;
mod state;
mod steps;

use crate::testkit::{Person, Reply, TestApp, at_once};
use answers::shows;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use roster_domain::{Permissions, Role};
use rows::Rows;
use serde_json::{Value, json};
use state::{Model, Token, User};
use std::env;
use steps::{Request, Step};
use tokio::runtime::Runtime;

const SEQUENCES: u32 = 300;

#[test]
fn random_sequences_of_all_operations_end_as_the_model_says() {
    let number = |name: &str| {
        env::var(name)
            .ok()
            .map(|value| value.parse::<u64>().unwrap())
    };
    let sequences = number("ROSTER_MODEL_SEQUENCES").map_or(SEQUENCES, |it| it.try_into().unwrap());
    let seed = number("ROSTER_MODEL_SEED").unwrap_or_else(rand_seed);
    let mut runner = TestRunner::new(Config {
        cases: sequences,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_time: 60_000,
        ..Config::default()
    });
    let outcome = runner.run(&steps::steps(), |steps| {
        // With the runtime ends all that serves this sequence.
        let runtime = Runtime::new().unwrap();
        runtime.block_on(run(steps)).map_err(TestCaseError::fail)
    });
    if let Err(TestError::Fail(reason, steps)) = outcome {
        let steps: Vec<_> = steps.iter().map(|step| format!("  {step:?}\n")).collect();
        panic!(
            "with ROSTER_MODEL_SEED={seed} these steps fail:\n{}{reason}",
            steps.concat()
        );
    }
    outcome.unwrap();
}

fn rand_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0)
}

async fn run(steps: Vec<Step>) -> Result<(), String> {
    let at = |step| move |error| format!("at {step:?}\n{error}");
    let mut run = Run::start().await;
    for step in &steps {
        match step {
            Step::Wait(time) => {
                run.app.advance(*time);
                run.model.now += *time;
            }
            Step::Send(requests) => run.send(requests, false).await.map_err(at(step))?,
            Step::Race(requests) => run.send(requests, true).await.map_err(at(step))?,
        }
    }
    run.look().await
}

/// The app, and the model of it.
struct Run {
    app: TestApp,
    model: Model,
}

impl Run {
    /// Two accounts: an owner, an admin, a user and a user with `userManagement`; an owner and a user.
    /// Half of the users have proven their address, and three have a username.
    async fn start() -> Self {
        let app = TestApp::start().await;
        let cast = [
            Role::Owner,
            Role::Admin,
            Role::User,
            Role::User,
            Role::Owner,
            Role::User,
        ];
        let mut owners: Vec<Person> = vec![];
        let mut users = vec![];
        for (address, role) in cast.into_iter().enumerate() {
            let name = steps::username(address);
            let person = match role {
                Role::Owner => {
                    owners.push(app.account(&name).await);
                    owners[owners.len() - 1].clone()
                }
                _ if address == 3 => {
                    let permissions = Permissions {
                        user_management: true,
                        ..Permissions::INITIAL
                    };
                    app.add(&owners[0], &name)
                        .permissions(permissions)
                        .verified()
                        .with_password()
                        .await
                }
                _ => {
                    let colleague = &owners[owners.len() - 1];
                    let member = app
                        .add(colleague, &name)
                        .role(role)
                        .username(&name)
                        .with_password();
                    match address % 2 {
                        0 => member.await,
                        _ => member.verified().await,
                    }
                }
            };
            let mut user = User::new(owners.len() - 1, address, role);
            user.id = person.id;
            user.joined = true;
            user.has_password = role != Role::Owner;
            user.verified = address % 2 == 1;
            user.username = (role != Role::Owner && address != 3).then_some(address);
            user.permissions
                .extend((address == 3).then_some("userManagement"));
            user.tokens.push(Token::first(person.token));
            users.push(user);
        }
        let accounts = owners.into_iter().map(|owner| owner.account).collect();
        let model = Model::new(accounts, users);
        Self { app, model }
    }

    /// Sends requests at once: answers and state must be those of one of their orders.
    async fn send(&mut self, requests: &[Request], is_race: bool) -> Result<(), String> {
        let calls = requests
            .iter()
            .map(|request| request.call(&self.app, &self.model));
        let replies = match is_race {
            true => self.app.race(calls.collect()).await,
            false => at_once(calls.collect::<Vec<_>>()).await,
        };
        let stored = rows::stored(&self.app);
        let mut wrong = String::new();
        for order in orders(requests.len()) {
            let mut after = self.model.clone();
            match self.compare(&mut after, requests, &replies, &order, &stored) {
                Ok(()) => {
                    self.model = after;
                    self.mail().await;
                    return Ok(());
                }
                Err(why) => {
                    // The plain orders tell enough.
                    if order
                        .iter()
                        .enumerate()
                        .all(|(place, (_, then))| place == *then)
                    {
                        let order: Vec<_> = order.iter().map(|(number, _)| number).collect();
                        wrong += &format!("in the order {order:?}: {why}\n");
                    }
                }
            }
        }
        Err(wrong)
    }

    /// Moves a model on by requests in an order: it must give the same answers, and end in the same
    /// state.
    fn compare(
        &self,
        model: &mut Model,
        requests: &[Request],
        replies: &[Reply],
        order: &[(usize, usize)],
        stored: &Rows,
    ) -> Result<(), String> {
        let mut states = vec![model.clone()];
        for &(number, then) in order {
            let (request, reply) = (&requests[number], &replies[number]);
            let shown = serde_json::from_str(&reply.text).unwrap_or(Value::Null);
            let (status, body) = model.answer(request, &states[then], &shown);
            states.push(model.clone());
            if status != reply.status || !shows(&body, &shown) {
                let (what, got) = (&request.what, (reply.status, &reply.text));
                return Err(format!("expected {status} {body} of {what:?}, got {got:?}"));
            }
        }
        model.settle(stored);
        let expected = model.rows();
        match expected == *stored {
            true => Ok(()),
            false => {
                let only = |rows: &Rows, other: &Rows| -> Vec<String> {
                    let rows = rows
                        .iter()
                        .filter(|(key, row)| other.get(*key) != Some(*row));
                    rows.map(|(key, row)| format!("{key}: {row}")).collect()
                };
                let (missing, found) = (only(&expected, stored), only(stored, &expected));
                Err(format!("expected {missing:#?}, stored is {found:#?}"))
            }
        }
    }

    /// Mails every code that was asked for, as the mailer does.
    async fn mail(&mut self) {
        for user in &mut self.model.users {
            let person = Person {
                id: user.id.clone(),
                ..in_account(&self.model.accounts[user.account])
            };
            for code in user
                .codes
                .iter_mut()
                .filter(|code| code.is_due() && !user.removed)
            {
                code.text = self.app.mailed_code(code.purpose, &person).await;
            }
        }
    }

    /// What people see at the end of a sequence: who has a token that works, all of their account and
    /// nobody else.
    async fn look(&self) -> Result<(), String> {
        let model = &self.model;
        for account in 0..model.accounts.len() {
            let mut people = model.people_of(account);
            let Some(token) = people.find_map(|user| model.working_token(user)) else {
                continue;
            };
            let list = self.app.get("/api/v2/users").bearer(token).await;
            let list = list.expect_status(200).json();
            let members: Value = model.people_of(account).map(User::member).collect();
            let mut ids = list.as_array().unwrap().iter().map(|it| it["_id"].as_str());
            if !shows(&members, &list) || !ids.by_ref().is_sorted() {
                return Err(format!("expected {members}, members-list is {list}"));
            }
        }
        for user in model.users.iter().filter(|user| user.has_lost_tokens()) {
            self.look_with_tokens(user).await?;
        }
        Ok(())
    }

    /// Every token of a user works as long as it should, and shows that user's profile.
    async fn look_with_tokens(&self, user: &User) -> Result<(), String> {
        for token in &user.tokens {
            let works = self.model.works(user, token);
            let reply = self.app.get("/v2/user").api_token(&token.text).await;
            let expected = if works {
                (200, user.profile())
            } else {
                (401, json!({}))
            };
            if reply.status != expected.0 || !shows(&expected.1, &reply.json()) {
                return Err(format!("expected {expected:?}, profile-get is {reply:?}"));
            }
        }
        Ok(())
    }
}

/// Somebody of an account, where it does not matter who.
fn in_account(account: &str) -> Person {
    Person {
        account: account.to_owned(),
        id: String::new(),
        email: String::new(),
        username: None,
        token: String::new(),
    }
}

/// Every order of so many requests: which is the next one, and after how many others its caller was
/// read. The last moment comes first.
fn orders(count: usize) -> Vec<Vec<(usize, usize)>> {
    let mut orders: Vec<Vec<(usize, usize)>> = vec![vec![]];
    for done in 0..count {
        let mut longer = Vec::new();
        for order in &orders {
            let left = (0..count).filter(|next| order.iter().all(|(other, _)| other != next));
            for next in left {
                let moments = (0..=done).rev();
                longer.extend(moments.map(|then| [&order[..], &[(next, then)]].concat()));
            }
        }
        orders = longer;
    }
    orders
}
