use roster_domain::Clock;
use roster_dynamodb::Repository;
use std::{env, error::Error, time::Duration};

/// What every handler works with; made once, when a function starts.
#[derive(Clone, Debug)]
pub struct Roster {
    /// The data.
    pub repository: Repository,
    /// Where all time comes from.
    pub clock: Clock,
    /// What was chosen at deployment.
    pub settings: Settings,
}

/// Whether anybody may open an account for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUp {
    /// Anybody may.
    Open,
    /// Nobody may: both kinds of registration answer 403.
    Closed,
}

/// What is chosen at deployment, through the template's parameters.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// `SIGN_UP`: `open` (default) or `closed`.
    pub sign_up: SignUp,
    /// `TOKEN_DAYS`: how long a token works, 90 days by default.
    pub token_lifetime: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sign_up: SignUp::Open,
            token_lifetime: days(90),
        }
    }
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
        let token_lifetime = match env::var("TOKEN_DAYS") {
            Err(_) => default.token_lifetime,
            Ok(text) => match text.parse() {
                Ok(count @ 1..=3650) => days(count),
                _ => {
                    let problem = "must be a number of days, 1 to 3650";
                    return Err(SettingsError {
                        name: "TOKEN_DAYS",
                        problem,
                    });
                }
            },
        };
        Ok(Self {
            sign_up,
            token_lifetime,
        })
    }
}

impl Roster {
    /// Connects as the function's environment says.
    ///
    /// # Errors
    /// A variable that is missing or cannot be read.
    pub async fn from_env() -> Result<Self, Box<dyn Error + Send + Sync>> {
        let settings = Settings::from_env()?;
        let table = required("TABLE_NAME")?;
        let repository = Repository::connect(table).await?;
        Ok(Self {
            repository,
            clock: Clock::system(),
            settings,
        })
    }
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
