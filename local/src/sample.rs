//! A directory with a few people in it, so that there is something to see, and so that the sample
//! events under `events/` and the documents can name them.
//!
//! Their ids and tokens are always the same. They open nothing but this machine's own sample.

mod people;

pub use people::sample_people;

use crate::{EmbeddedStore, FakeAws, StateError, StoreOpenError};
use roster_domain::{
    Account, Code, CodePurpose, EmailAddress, IssuedToken, LoginAttempts, MAX_FAILED_LOGINS,
    MAX_NAMED_TOKENS, NameHash, NamedToken, Password, PasswordHash, Role, SecretHash, ShortText,
    Status, Timestamp, Token, TokenValidity, User, UserChanges, UserId, UserKey, ValidationError,
};
use roster_dynamodb::StoreError;
use roster_functions::App;
use std::{collections::BTreeMap, sync::Mutex, time::Duration};

/// Someone of the sample.
#[derive(Clone, Copy, Debug)]
pub struct SamplePerson {
    /// First part of their address at `example.com`, and an owner's username.
    pub name: &'static str,
    /// First and last name.
    pub full_name: (&'static str, &'static str),
    /// What they are in their account.
    pub role: Role,
    /// To log in with.
    pub password: &'static str,
    /// Works until it expires; every start renews it.
    pub token: &'static str,
}

/// Owner of the sample account.
pub const ADA: SamplePerson = SamplePerson {
    name: "ada",
    full_name: ("Ada", "Lovelace"),
    role: Role::Owner,
    password: "analytical-engine-1843",
    token: "rst_AaH_Q90AcoyOrzC4q8VNAAGh_0PdAHKMjq8wutfD38UNgySX86968EovYUD7ALZeT6U5VfCV97XVuynSlGV_pAO-pck",
};

/// A token that Ada has made for a program, and named.
const ADAS_NAMED_TOKEN: &str = "rst_AaH_Q90AcoyOrzC4q8VNAAGh_0PdAHKMjq8wutfD38XURRTmuBstQeXG-kCucwheS-pS5JioOE9rIkqEs5spo90Me6k";

/// An admin of it.
pub const GRACE: SamplePerson = SamplePerson {
    name: "grace",
    full_name: ("Grace", "Hopper"),
    role: Role::Admin,
    password: "nanosecond-wire-1952",
    token: "rst_AaH_Q90AcoyOrzC4q8VNAAGh_0Pg6HLRhAXo19sojvvFVr74n2KGFTCpn5mMojYl1mgvDutPjyfLw2bPc4RGeJnNoWk",
};

/// A user of it, with the permissions that everyone starts with.
pub const ALAN: SamplePerson = SamplePerson {
    name: "alan",
    full_name: ("Alan", "Turing"),
    role: Role::User,
    password: "imitation-game-1950",
    token: "rst_AaH_Q90AcoyOrzC4q8VNAAGh_0Pk0HEcrrFdlU5R_2cFNwFk6Vq1G5mHI6Y-qY24A4aWo8ObTc9-mmaOpJ2vNx36RAQ",
};

/// A user of it, locked after too many wrong passwords.
pub const MARGARET: SamplePerson = SamplePerson {
    name: "margaret",
    full_name: ("Margaret", "Hamilton"),
    role: Role::User,
    password: "lunar-module-1969",
    token: "rst_AaH_Q90AcoyOrzC4q8VNAAGh_0PdAHKMjq8wvuWMwtWKcWHGUlB0U5SFBvXAsYYP0-stSvPZRKPnVL7DoCMAiI2djxY",
};

/// Owner of another account: nobody of Ada's ever sees him. He has as many named tokens as there is
/// room for.
pub const LINUS: SamplePerson = SamplePerson {
    name: "linus",
    full_name: ("Linus", "Torvalds"),
    role: Role::Owner,
    password: "just-for-fun-1991",
    token: "rst_AaH_Q90AcoyOrzC5T0mt8QGh_0PdAHKMjq8wv7CjlLQQlDdazYmaSveO3SpRgHktm4d36m92-7OTVXfvOqlD-f457pE",
};

/// A user of it who has yet to accept the invitation.
pub const BARBARA: (&str, &str) = (
    "barbara@example.com",
    "01a1ff43-e8b8-77b5-a979-785a0a5f5b18",
);

/// A deactivated user of it.
pub const HEDY: (&str, &str) = ("hedy@example.com", "01a1ff43-eca0-756b-a3ee-0d44622b6ae3");

/// Codes as mails carry them, each with its age in days when the sample is loaded: Barbara's
/// invitation, of which the first was replaced by the second; Linus's verification; Ada's, which is
/// too old; Alan's, to choose a new password with; and Linus's, to go back to an earlier address. A mailer that runs replaces them by its own.
const CODES: [(&str, u32); 6] = [
    (
        "rsi_AaH_Q90AcoyOrzC4q8VNAAGh_0PouHe1qXl4WgpfWxjrd1C0uTgUSuPyMqy661rG7aLIdjv-xPkVmUvbQpUjm6K8DmE",
        1,
    ),
    (
        "rsi_AaH_Q90AcoyOrzC4q8VNAAGh_0PouHe1qXl4WgpfWxg3JQzhCpGSn4s_hlf4p1aHAOObDvmP94Km58O3engFpC13Y_s",
        0,
    ),
    (
        "rsv_AaH_Q90AcoyOrzC5T0mt8QGh_0PdAHKMjq8wv7CjlLT7Hz4UtHR_zgutrn2jo9UqZwZe77XuAySOljZ1nHoe_ut_RZI",
        0,
    ),
    (
        "rsv_AaH_Q90AcoyOrzC4q8VNAAGh_0PdAHKMjq8wutfD38VCNRCp-tzR_3XaqrqhqSLxvi2CIgcRiKeAaiexaIPgJOT4OUI",
        8,
    ),
    (
        "rsr_AaH_Q90AcoyOrzC4q8VNAAGh_0Pk0HEcrrFdlU5R_2cBvjC7Sid2XDdGLmvyoL-LbBCfm-nYHm_VZFXbGnNqQwRQmc4",
        0,
    ),
    (
        "rsu_AaH_Q90AcoyOrzC5T0mt8QGh_0PdAHKMjq8wv7CjlLTwFTRq41Y9g9OpytMiNYalPSpisIpqf0fX7us_ib5OkCuRNas",
        0,
    ),
];

/// The address that Linus had proven before his present one.
const LINUS_BEFORE: &str = "torvalds@example.com";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Longer than anybody tries Roster out.
const TOKEN_LIFETIME: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Why there is no sample.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// A value in this file is not what it should be.
    #[error("the sample account: {0}")]
    Invalid(#[from] ValidationError),
    /// A password of the sample cannot be hashed.
    #[error("the sample account: {0}")]
    Hash(String),
    /// The store does not take it.
    #[error("the sample account: {0}")]
    Store(#[from] StoreError),
    /// The store cannot be looked into.
    #[error(transparent)]
    Open(#[from] StoreOpenError),
    /// It cannot be noted that the sample is being loaded.
    #[error(transparent)]
    State(#[from] StateError),
}

/// The sample's people who have a token.
const PEOPLE: [SamplePerson; 5] = [ADA, GRACE, ALAN, MARGARET, LINUS];

/// Noted while the sample is loaded, which takes many writes.
const LOADING: &str = "sample";

/// Loads the sample into an empty store, and into one in which an earlier start was stopped while it
/// loaded the sample. In any other store, and if the sample is not `wanted`, only the tokens of the
/// sample's people who are still there are renewed. Whether Ada is there in the end.
///
/// # Errors
/// When the store is not to be had.
pub async fn prepare_sample(
    app: &App,
    store: &EmbeddedStore,
    aws: &FakeAws,
    wanted: bool,
) -> Result<bool, SampleError> {
    let state = aws.state();
    if wanted && (store.is_empty()? || state.is_unfinished(LOADING)?) {
        state.begin(LOADING)?;
        load_sample(app).await?;
        state.end(LOADING)?;
    } else {
        // Half a sample is completed only as long as nobody said to go without it.
        state.end(LOADING)?;
        for person in PEOPLE {
            person.renew_token(app).await?;
        }
    }
    let ada = ADA.token.parse::<Token>()?.user();
    Ok(app.repository.get_user(ada).await?.is_some())
}

/// Puts the sample in, or what is missing of it.
///
/// # Errors
/// When the store is not to be had.
pub async fn load_sample(app: &App) -> Result<(), SampleError> {
    let repository = &app.repository;
    let ada = ADA.token.parse::<Token>()?.user().user;
    for person in PEOPLE {
        let user = person.user(app)?;
        let created = if person.role == Role::Owner {
            let mut account = Account::open(user.email.clone(), user.created_at);
            account.id = user.account;
            // As many people may be invited as by a verified account.
            account.verified = true;
            open_account(app, &account, &user).await
        } else {
            let create = repository.create_user(&user, ada, None, None);
            create.await.map_err(SampleError::from)
        };
        match created {
            Err(SampleError::Store(StoreError::Conflict(_))) => person.renew_token(app).await?,
            outcome => outcome?,
        }
    }
    let now = app.clock.now();
    let account = ADA.token.parse::<Token>()?.user().account;
    for ((email, id), full_name) in [(BARBARA, ("Barbara", "Liskov")), (HEDY, ("Hedy", "Lamarr"))] {
        let mut user = User::invite(account, email.parse()?, Role::User, now);
        user.id = id.parse::<UserId>()?;
        (user.first_name, user.last_name) = names(full_name)?;
        if id == HEDY.1 {
            user.status = Status::Deactivated;
        } else {
            user = user.invited(now);
        }
        let per_day = app.settings.mails_per_day;
        match repository
            .create_user(&user, ada, Some(per_day), None)
            .await
        {
            Err(StoreError::Conflict(_)) => {}
            outcome => outcome?,
        }
    }
    let alan = ALAN.token.parse::<Token>()?.user();
    if let Some(alan) = repository.get_user(alan).await? {
        let request = repository.request_forgotten(CodePurpose::Reset, &alan, &alan.email, now);
        ignore_stale(request.await)?;
    }
    lock(app, MARGARET).await?;
    for (code, age) in CODES {
        let code: Code = code.parse()?;
        let sent = match code.purpose() {
            // It would work for half an hour, and somebody may try it later.
            CodePurpose::Reset => now + TOKEN_LIFETIME,
            _ => now - DAY * age,
        };
        store_code(app, &code, sent).await?;
    }
    Ok(())
}

/// Linus has changed his address since.
async fn open_account(app: &App, account: &Account, owner: &User) -> Result<(), SampleError> {
    let (repository, address) = (&app.repository, owner.email.clone());
    if !address.as_str().starts_with(LINUS.name) {
        return Ok(repository.create_account(account, owner, None).await?);
    }
    let mut before = owner.clone();
    before.email = LINUS_BEFORE.parse()?;
    before.email_verified = true;
    repository.create_account(account, &before, None).await?;
    let changes = UserChanges {
        email: Some(address),
        ..UserChanges::default()
    };
    let after = before.update(changes, owner.created_at)?;
    let (mail, per_day) = (Some(CodePurpose::Verification), app.settings.mails_per_day);
    let save = repository.save(&before, after, owner.id);
    save.with_mail(mail, per_day).send().await?;
    Ok(())
}

fn names(
    (first, last): (&str, &str),
) -> Result<(Option<ShortText>, Option<ShortText>), ValidationError> {
    Ok((Some(first.parse()?), Some(last.parse()?)))
}

fn ignore_stale(outcome: Result<(), StoreError>) -> Result<(), StoreError> {
    match outcome {
        Err(error) if error.is_stale() => Ok(()),
        outcome => outcome,
    }
}

/// Does what so many wrong passwords at once would do, in ten years.
async fn lock(app: &App, person: SamplePerson) -> Result<(), SampleError> {
    let name = NameHash::new(&format!("{}@example.com", person.name));
    let at = app.clock.now() + TOKEN_LIFETIME;
    let none = LoginAttempts::default();
    for _ in 0..MAX_FAILED_LOGINS {
        let repository = &app.repository;
        let recorded = repository.record_attempt(&name, &none, false, at);
        // Locked since an earlier run in the same folder.
        if recorded.await?.is_err() {
            break;
        }
    }
    Ok(())
}

/// Does what the mailer does when it sends a mail, unless that was done.
async fn store_code(app: &App, code: &Code, sent: Timestamp) -> Result<(), SampleError> {
    let repository = &app.repository;
    let challenge = repository
        .get_challenge(code.purpose(), code.user())
        .await?
        .filter(|challenge| !challenge.codes.contains_key(&code.hash()));
    let Some(challenge) = challenge else {
        return Ok(());
    };
    // Stale: used by now, or requested again.
    Ok(ignore_stale(
        repository.store_code(&challenge, &code.hash(), sent).await,
    )?)
}

/// Hashing takes its time on purpose, and the tests load the sample very often.
static HASHES: Mutex<BTreeMap<&str, PasswordHash>> = Mutex::new(BTreeMap::new());

impl SamplePerson {
    fn user(self, app: &App) -> Result<User, SampleError> {
        let token: Token = self.token.parse()?;
        let email: EmailAddress = format!("{}@example.com", self.name).parse()?;
        let owner = self.role == Role::Owner;
        let username = owner.then(|| self.name.parse()).transpose()?;
        let now = app.clock.now();
        let mut user = User::register(token.user().account, email, username, self.hash()?, now);
        user.id = token.user().user;
        user.role = self.role;
        (user.first_name, user.last_name) = names(self.full_name)?;
        // It does not make room for those of the first logins.
        user.tokens
            .insert(token.hash(), validity_at(now + TOKEN_LIFETIME));
        user.named_tokens = self.named_tokens(user.key(), now)?;
        Ok(user)
    }

    fn named_tokens(
        self,
        user: UserKey,
        now: Timestamp,
    ) -> Result<BTreeMap<SecretHash, NamedToken>, SampleError> {
        let validity = TokenValidity {
            issued_at: now,
            expires_at: now + TOKEN_LIFETIME,
        };
        let named = |name: &str| {
            Ok::<_, SampleError>(NamedToken {
                name: name.parse()?,
                validity,
            })
        };
        if self.name == ADA.name {
            let hash = ADAS_NAMED_TOKEN.parse::<Token>()?.hash();
            return Ok(BTreeMap::from([(hash, named("nightly report")?)]));
        }
        let count = if self.name == GRACE.name {
            MAX_NAMED_TOKENS
        } else {
            0
        };
        let programs = (1..=count).map(|number| {
            let token = Token::issue(user, now, TOKEN_LIFETIME);
            let token = token.map_err(|error| SampleError::Hash(error.to_string()))?;
            Ok((token.hash, named(&format!("program {number}"))?))
        });
        programs.collect()
    }

    fn hash(self) -> Result<PasswordHash, SampleError> {
        // A poisoned map is still a map: nothing is half-written in it.
        let mut hashes = HASHES
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(hash) = hashes.get(self.name) {
            return Ok(hash.clone());
        }
        let password = Password::new(self.password.to_owned(), &[])?;
        let hash =
            PasswordHash::new(&password).map_err(|error| SampleError::Hash(error.to_string()))?;
        hashes.insert(self.name, hash.clone());
        Ok(hash)
    }

    /// In a store that was kept, the token may have expired, or its user may be gone.
    async fn renew_token(self, app: &App) -> Result<(), SampleError> {
        let token: Token = self.token.parse()?;
        let Some(stored) = app.repository.get_user(token.user()).await? else {
            return Ok(());
        };
        let now = app.clock.now();
        let issued = IssuedToken {
            hash: token.hash(),
            token,
            validity: TokenValidity {
                issued_at: now,
                expires_at: now + TOKEN_LIFETIME,
            },
        };
        match app.repository.record_login(&stored, &issued).await {
            Ok(_) => Ok(()),
            // Deactivated since: as it was left.
            Err(error) if error.is_stale() => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The validity of a token that is issued when it expires: so it is never the oldest.
fn validity_at(expires_at: Timestamp) -> TokenValidity {
    TokenValidity {
        issued_at: expires_at,
        expires_at,
    }
}
