use crate::{Product, observations::Observations};
use lambda_http::http::HeaderValue;
use roster_domain::{Account, Clock};
use roster_dynamodb::Repository;
use std::{
    env,
    error::Error,
    ops::RangeInclusive,
    sync::Arc,
    time::{Duration, Instant},
};

/// What every handler works with; made once, when a function starts.
#[derive(Clone, Debug)]
pub struct App {
    /// The data.
    pub repository: Repository,
    /// Where all time comes from.
    pub clock: Clock,
    /// What was chosen at deployment.
    pub settings: Settings,
    /// What becomes known of the present request.
    pub(crate) observations: Arc<Observations>,
}

/// Whether anybody may open an account for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUp {
    /// Anybody may.
    Open,
    /// Nobody may: both kinds of registration answer 403.
    Closed,
}

/// What is chosen at deployment, through the template's parameters. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `SIGN_UP`: `open` (default) or `closed`.
    pub sign_up: SignUp,
    /// `TOKEN_DAYS`: how long a token works, 90 days by default.
    pub token_lifetime: Duration,
    /// `MAILS_PER_DAY`: mails of one kind that an account may request in a day, 1,000 by default.
    pub mails_per_day: u32,
    /// `MAILS_PER_DAY_UNVERIFIED`: the same while no owner of the account has proven an address, 10
    /// by default.
    pub mails_per_day_unverified: u32,
    /// What people sign up for.
    pub product: Arc<Product>,
    /// `BUILD_ID`: which build this is. Every response says it.
    pub build_id: HeaderValue,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sign_up: SignUp::Open,
            token_lifetime: days(90),
            mails_per_day: 1000,
            mails_per_day_unverified: 10,
            product: Arc::default(),
            build_id: HeaderValue::from_static(VERSION),
        }
    }
}

/// What a build is called that was given no id.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `BUILD_ID`, or the version of Roster.
pub(crate) fn build_id() -> String {
    let id = env::var("BUILD_ID").ok().filter(|id| !id.is_empty());
    id.unwrap_or_else(|| VERSION.to_owned())
}

/// An environment variable that a function cannot start without, or cannot read.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {name} {problem}; set it in template.yaml")]
pub struct SettingsError {
    name: &'static str,
    problem: &'static str,
}

impl Settings {
    /// Reads the function's environment.
    ///
    /// # Errors
    /// A value that it cannot be.
    pub fn from_env() -> Result<Self, SettingsError> {
        let default = Self::default();
        let sign_up = match env::var("SIGN_UP").as_deref() {
            Err(_) | Ok("open") => SignUp::Open,
            Ok("closed") => SignUp::Closed,
            Ok(_) => {
                return Err(SettingsError {
                    name: "SIGN_UP",
                    problem: "must be open or closed",
                });
            }
        };
        let token_days = number(
            "TOKEN_DAYS",
            1..=3650,
            "must be a number of days, 1 to 3650",
        )?;
        let mails = |name| {
            number(
                name,
                0..=1_000_000,
                "must be a number of mails, 0 to 1000000",
            )
        };
        Ok(Self {
            sign_up,
            token_lifetime: token_days.map_or(default.token_lifetime, |count| days(count.into())),
            mails_per_day: mails("MAILS_PER_DAY")?.unwrap_or(default.mails_per_day),
            mails_per_day_unverified: mails("MAILS_PER_DAY_UNVERIFIED")?
                .unwrap_or(default.mails_per_day_unverified),
            product: Product::from_env()
                .map_err(|(name, problem)| SettingsError { name, problem })?
                .into(),
            build_id: HeaderValue::try_from(build_id()).map_err(|_| SettingsError {
                name: "BUILD_ID",
                problem: "must be printable ASCII",
            })?,
        })
    }

    /// Mails of one kind that `account` may request in a day.
    pub(crate) fn mails_per_day_of(&self, account: &Account) -> u32 {
        if account.verified {
            self.mails_per_day
        } else {
            self.mails_per_day_unverified
        }
    }
}

impl App {
    /// What a function makes when it starts.
    pub fn new(repository: Repository, clock: Clock, settings: Settings) -> Self {
        Self {
            repository,
            clock,
            settings,
            observations: Arc::default(),
        }
    }

    /// The same for one request: see [`Repository::until`].
    pub(crate) fn until(&self, deadline: Instant) -> Self {
        Self {
            repository: self.repository.until(deadline),
            clock: self.clock.clone(),
            settings: self.settings.clone(),
            observations: Arc::default(),
        }
    }

    /// Connects as the function's environment says.
    ///
    /// # Errors
    /// A variable that is missing or cannot be read.
    pub async fn from_env() -> Result<Self, Box<dyn Error + Send + Sync>> {
        let settings = Settings::from_env()?;
        let table = required("TABLE_NAME")?;
        let repository = Repository::connect(table).await?;
        Ok(Self::new(repository, Clock::system(), settings))
    }
}

/// A variable that is a number, if it is there.
fn number(
    name: &'static str,
    range: RangeInclusive<u32>,
    problem: &'static str,
) -> Result<Option<u32>, SettingsError> {
    let Ok(text) = env::var(name) else {
        return Ok(None);
    };
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.map(Some).ok_or(SettingsError { name, problem })
}

/// A variable that has to be there.
pub(crate) fn required(name: &'static str) -> Result<String, SettingsError> {
    env::var(name).map_err(|_| SettingsError {
        name,
        problem: "is missing",
    })
}

fn days(count: u64) -> Duration {
    Duration::from_secs(count * 24 * 60 * 60)
}
