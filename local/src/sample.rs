//! A directory with a few people in it, so that there is something to see, and so that the sample
//! events under `events/` and the documents can name them.
//!
//! Their ids and tokens are always the same. They open nothing but this machine's own sample.

use roster_domain::{
    Account, Code, EmailAddress, Invalid, LoginAttempts, MAX_FAILED_LOGINS, NameHash, Password,
    PasswordHash, Role, Timestamp, Token, TokenValidity, User, UserId,
};
use roster_dynamodb::{NewLogin, Refusal, StoreError};
use roster_functions::Roster;
use std::{collections::BTreeMap, sync::Mutex, time::Duration};

/// Someone of the sample.
#[derive(Clone, Copy, Debug)]
pub struct SamplePerson {
    /// First part of their address at `example.com`, and an owner's username.
    pub name: &'static str,
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
    role: Role::Owner,
    password: "analytical-engine-1843",
    token: "rst_AaH_Q90AcoyOrzC4q8VNAAGh_0PdAHKMjq8wutfD38UNgySX86968EovYUD7ALZeT6U5VfCV97XVuynSlGV_pAO-pck",
};

/// An admin of it.
pub const GRACE: SamplePerson = SamplePerson {
    name: "grace",
    role: Role::Admin,
    password: "nanosecond-wire-1952",
    token: "rst_AaH_Q90AcoyOrzC4q8VNAAGh_0Pg6HLRhAXo19sojvvFVr74n2KGFTCpn5mMojYl1mgvDutPjyfLw2bPc4RGeJnNoWk",
};

/// A user of it, with the permissions that everyone starts with.
pub const ALAN: SamplePerson = SamplePerson {
    name: "alan",
    role: Role::User,
    password: "imitation-game-1950",
    token: "rst_AaH_Q90AcoyOrzC4q8VNAAGh_0Pk0HEcrrFdlU5R_2cFNwFk6Vq1G5mHI6Y-qY24A4aWo8ObTc9-mmaOpJ2vNx36RAQ",
};

/// A user of it who is locked: somebody tried too many wrong passwords.
pub const MARGARET: SamplePerson = SamplePerson {
    name: "margaret",
    role: Role::User,
    password: "lunar-module-1969",
    token: "rst_AaH_Q90AcoyOrzC4q8VNAAGh_0PdAHKMjq8wvuWMwtWKcWHGUlB0U5SFBvXAsYYP0-stSvPZRKPnVL7DoCMAiI2djxY",
};

/// Owner of another account: nobody of Ada's ever sees him.
pub const LINUS: SamplePerson = SamplePerson {
    name: "linus",
    role: Role::Owner,
    password: "just-for-fun-1991",
    token: "rst_AaH_Q90AcoyOrzC5T0mt8QGh_0PdAHKMjq8wv7CjlLQQlDdazYmaSveO3SpRgHktm4d36m92-7OTVXfvOqlD-f457pE",
};

/// Somebody who was invited into Ada's account as a user, and has yet to accept.
pub const BARBARA: (&str, &str) = (
    "barbara@example.com",
    "01a1ff43-e8b8-77b5-a979-785a0a5f5b18",
);

/// A user of it who was deactivated.
pub const HEDY: (&str, &str) = ("hedy@example.com", "01a1ff43-eca0-756b-a3ee-0d44622b6ae3");

/// Codes as mails carry them, each with its age in days when the sample is loaded: Barbara's
/// invitation, of which the first was replaced by the second; Linus's verification; and Ada's,
/// which is too old. A mailer that runs replaces them by its own.
const CODES: [(&str, u32); 4] = [
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
];

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Longer than anybody tries Roster out.
const TOKEN_LIFETIME: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Why there is no sample.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// A value in this file is not what it should be.
    #[error("the sample account: {0}")]
    Invalid(#[from] Invalid),
    /// A password of the sample cannot be hashed.
    #[error("the sample account: {0}")]
    Hash(String),
    /// The store does not take it.
    #[error("the sample account: {0}")]
    Store(#[from] StoreError),
}

/// Puts the sample in, or renews the tokens of what is there of it.
///
/// # Errors
/// When the store is not to be had.
pub async fn load_sample(roster: &Roster) -> Result<(), SampleError> {
    let repository = &roster.repository;
    for person in [ADA, GRACE, ALAN, MARGARET, LINUS] {
        let user = person.user(roster)?;
        let created = if person.role == Role::Owner {
            let mut account = Account::open(user.email.clone(), user.created);
            account.id = user.account;
            // Who tries Roster out may invite as many people as in earnest.
            account.verified = true;
            repository.account_create(&account, &user).await
        } else {
            repository.user_create(&user, None, user.created).await
        };
        match created {
            Err(StoreError::Refused(_)) => person.renew_token(roster, &user).await?,
            outcome => outcome?,
        }
    }
    let now = roster.clock.now();
    let account = ADA.token.parse::<Token>()?.account();
    for (email, id) in [BARBARA, HEDY] {
        let mut user = User::invite(account, email.parse()?, Role::User, now);
        user.id = id.parse::<UserId>()?;
        user.joined = id == HEDY.1;
        user.deactivated = user.joined;
        let invitation = (!user.joined).then_some(roster.settings.mails_per_day);
        match repository.user_create(&user, invitation, now).await {
            Err(StoreError::Refused(_)) => {}
            outcome => outcome?,
        }
    }
    lock(roster, MARGARET).await?;
    for (code, age) in CODES {
        store_code(roster, &code.parse()?, now - DAY * age).await?;
    }
    Ok(())
}

/// Does what so many wrong passwords at once would do, in ten years.
async fn lock(roster: &Roster, person: SamplePerson) -> Result<(), SampleError> {
    let name = NameHash::new(&format!("{}@example.com", person.name));
    let at = roster.clock.now() + TOKEN_LIFETIME;
    let none = LoginAttempts::default();
    for _ in 0..MAX_FAILED_LOGINS {
        let repository = &roster.repository;
        repository.attempt_record(&name, &none, false, at).await?;
    }
    Ok(())
}

/// Does what the mailer does when it sends a mail, unless that was done.
async fn store_code(roster: &Roster, code: &Code, sent: Timestamp) -> Result<(), SampleError> {
    let repository = &roster.repository;
    let request = repository
        .code_request_get(code.purpose(), code.account(), code.user())
        .await?
        .filter(|request| !request.codes.contains_key(&code.hash()));
    let Some(request) = request else {
        return Ok(());
    };
    match repository.code_store(&request, &code.hash(), sent).await {
        // Used by now, or asked for again.
        Err(StoreError::Refused(Refusal::Changed)) => Ok(()),
        outcome => Ok(outcome?),
    }
}

/// Hashing takes its time on purpose, and the tests load the sample very often.
static HASHES: Mutex<BTreeMap<&str, PasswordHash>> = Mutex::new(BTreeMap::new());

impl SamplePerson {
    fn user(self, roster: &Roster) -> Result<User, SampleError> {
        let token: Token = self.token.parse()?;
        let email: EmailAddress = format!("{}@example.com", self.name).parse()?;
        let owner = self.role == Role::Owner;
        let username = owner.then(|| self.name.parse()).transpose()?;
        let now = roster.clock.now();
        let mut user = User::register(token.account(), email, username, self.hash()?, now);
        user.id = token.user();
        user.role = self.role;
        // It does not make room for those of the first logins.
        let issued = now + TOKEN_LIFETIME;
        let expires = issued;
        user.tokens
            .insert(token.hash(), TokenValidity { issued, expires });
        Ok(user)
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
    async fn renew_token(self, roster: &Roster, user: &User) -> Result<(), SampleError> {
        let Some(stored) = roster.repository.user_get(user.account, user.id).await? else {
            return Ok(());
        };
        let now = roster.clock.now();
        let expires = now + TOKEN_LIFETIME;
        for token in user.tokens.keys() {
            let login = NewLogin {
                token,
                expires,
                now,
            };
            match roster.repository.login_record(&stored, &login, None).await {
                // Deactivated since: as it was left.
                Ok(_) | Err(StoreError::Refused(Refusal::Changed)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
