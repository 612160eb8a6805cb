//! Password hashes that another system made. They are verified as they are until the first right
//! password, from which today's hash is made.
//!
//! What a verification may cost is capped, at the import and again whenever a password is verified: a
//! function that takes one has 1024 MB, with which Lambda gives it 0.58 of a processor. At the caps a
//! verification takes up to about a second of that (docs/ADMIN.md has each in figures); what costs
//! more would let anybody who knows an address keep a function busy.

use crate::{PasswordHash, ValidationError};
use argon2::{
    Argon2,
    password_hash::{PasswordVerifier, phc},
};
use pbkdf2::{Algorithm, Pbkdf2};
use scrypt::Scrypt;

/// Argon2: memory in KiB, memory times passes, and lanes.
const ARGON2_MEMORY_KIB: u64 = 128 * 1024;
const ARGON2_WORK_KIB: u64 = 384 * 1024;
const ARGON2_LANES: u32 = 16;

/// scrypt: 128 bytes times its three parameters.
const SCRYPT_WORK_BYTES: u64 = 128 * 1024 * 1024;
const SCRYPT_MOST: &str = "128 MiB (ln=17,r=8,p=1)";

/// PBKDF2: its iterations, for each block of its hash that is asked for.
const PBKDF2_SHA256_ITERATIONS: u64 = 1_200_000;
const PBKDF2_SHA512_ITERATIONS: u64 = 600_000;

/// bcrypt: the cost, of which each step doubles the work.
const BCRYPT_COST: u32 = 12;

/// What bcrypt reads of a password.
const BCRYPT_BYTES: usize = 72;

/// What a hash is verified by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Argon2,
    Scrypt,
    Pbkdf2,
    Bcrypt,
}

/// What is wrong with a hash of no known form. Hashes are not repeated: they are secrets.
const UNKNOWN: &str = "must be an Argon2, scrypt or PBKDF2 hash (SHA-256 or SHA-512) in PHC form, such \
     as $argon2id$v=19$m=19456,t=2,p=1$salt$hash, or a bcrypt hash ($2a$, $2b$, $2y$)";

impl PasswordHash {
    /// A hash that another system made: Argon2 (all variants), scrypt or PBKDF2 in PHC form, or bcrypt.
    ///
    /// # Errors
    /// What is wrong with it: it is of no such form, or verifying it would cost too much.
    pub fn import(text: &str) -> Result<Self, ValidationError> {
        scheme_of(text)?;
        Ok(Self(text.to_owned()))
    }

    /// The hash itself, for an export: whoever has it can guess on.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the hash was made by, such as `argon2id`: that tells nothing of the password.
    pub fn kind(&self) -> &'static str {
        const KINDS: [&str; 6] = [
            "argon2id",
            "argon2i",
            "argon2d",
            "scrypt",
            "pbkdf2-sha256",
            "pbkdf2-sha512",
        ];
        let name = self.0.split('$').nth(1).unwrap_or_default();
        let kind = KINDS.into_iter().find(|kind| *kind == name);
        kind.unwrap_or(if name.starts_with('2') {
            "bcrypt"
        } else {
            "unknown"
        })
    }
}

/// Whether `candidate` is the password of `hash`, which may be an imported one. A hash that cannot be
/// read, or is too costly, verifies nothing.
pub(crate) fn verify(hash: &str, candidate: &str) -> bool {
    let Ok(scheme) = scheme_of(hash) else {
        return false;
    };
    if scheme == Scheme::Bcrypt {
        return bcrypt::verify(candidate, hash).unwrap_or(false);
    }
    let candidate = candidate.as_bytes();
    phc::PasswordHash::new(hash).is_ok_and(|hash| {
        let verified = match scheme {
            Scheme::Argon2 => Argon2::default().verify_password(candidate, &hash),
            Scheme::Scrypt => Scrypt::new().verify_password(candidate, &hash),
            Scheme::Pbkdf2 => Pbkdf2::default().verify_password(candidate, &hash),
            Scheme::Bcrypt => return false,
        };
        verified.is_ok()
    })
}

/// Whether `hash` tells the password `verified`, which it verifies, from any longer one. Of bcrypt's not
/// where it fills the 72 bytes that bcrypt reads: a hash of those alone could refuse the password itself.
pub(crate) fn verifies_whole(hash: &str, verified: &str) -> bool {
    scheme_of(hash) != Ok(Scheme::Bcrypt) || verified.len() < BCRYPT_BYTES
}

fn scheme_of(text: &str) -> Result<Scheme, ValidationError> {
    if text.starts_with("$2") {
        return bcrypt_scheme(text);
    }
    let unknown = || ValidationError(UNKNOWN.into());
    let hash = phc::PasswordHash::new(text).map_err(|_| unknown())?;
    let output = hash.hash.as_ref().filter(|_| hash.salt.is_some());
    let output = output.ok_or_else(|| ValidationError("must have a salt and a hash".into()))?;
    match hash.algorithm.as_str() {
        "argon2id" | "argon2i" | "argon2d" => argon2_scheme(&hash),
        "scrypt" => scrypt_scheme(&hash),
        "pbkdf2-sha256" | "pbkdf2-sha512" => pbkdf2_scheme(&hash, output.len()),
        _ => Err(unknown()),
    }
}

fn argon2_scheme(hash: &phc::PasswordHash) -> Result<Scheme, ValidationError> {
    let params = argon2::Params::try_from(hash).map_err(|_| unreadable("Argon2"))?;
    let memory = u64::from(params.m_cost());
    let work = memory.saturating_mul(params.t_cost().into());
    if memory > ARGON2_MEMORY_KIB {
        let most = format!("m={ARGON2_MEMORY_KIB}");
        return Err(too_costly(&format!("m={memory}"), &most));
    }
    if work > ARGON2_WORK_KIB {
        let most = format!("{ARGON2_WORK_KIB} for m times t");
        return Err(too_costly(
            &format!("m={memory},t={}", params.t_cost()),
            &most,
        ));
    }
    match params.p_cost() <= ARGON2_LANES {
        true => Ok(Scheme::Argon2),
        false => Err(too_costly(
            &format!("p={}", params.p_cost()),
            &format!("p={ARGON2_LANES}"),
        )),
    }
}

fn scrypt_scheme(hash: &phc::PasswordHash) -> Result<Scheme, ValidationError> {
    // The crate multiplies these two in 32 bits: that panics in a program with overflow checks.
    let factor = |name: &str, default| hash.params.get_decimal(name).unwrap_or(default);
    let r = factor("r", scrypt::Params::RECOMMENDED_R);
    let p = factor("p", scrypt::Params::RECOMMENDED_P);
    if r.checked_mul(p).is_none() {
        return Err(too_costly(&format!("r={r},p={p}"), SCRYPT_MOST));
    }
    let params = scrypt::Params::try_from(hash).map_err(|_| unreadable("scrypt"))?;
    let log_n = params.log_n();
    let n = 1u64.checked_shl(log_n.into()).unwrap_or(u64::MAX);
    let work = [r.into(), p.into(), 128]
        .into_iter()
        .fold(n, u64::saturating_mul);
    match work <= SCRYPT_WORK_BYTES {
        true => Ok(Scheme::Scrypt),
        false => Err(too_costly(&format!("ln={log_n},r={r},p={p}"), SCRYPT_MOST)),
    }
}

fn pbkdf2_scheme(hash: &phc::PasswordHash, length: usize) -> Result<Scheme, ValidationError> {
    let params = pbkdf2::Params::try_from(hash).map_err(|_| unreadable("PBKDF2"))?;
    let algorithm =
        Algorithm::try_from(hash.algorithm.as_str()).map_err(|_| unreadable("PBKDF2"))?;
    let (most, block) = match algorithm {
        Algorithm::Pbkdf2Sha512 => (PBKDF2_SHA512_ITERATIONS, 64),
        _ => (PBKDF2_SHA256_ITERATIONS, 32),
    };
    let length = length.max(params.output_len());
    let blocks = u64::try_from(length.div_ceil(block)).unwrap_or(u64::MAX);
    let iterations = u64::from(params.rounds()).saturating_mul(blocks);
    match iterations <= most {
        true => Ok(Scheme::Pbkdf2),
        false => Err(too_costly(
            &format!("{iterations} iterations"),
            &format!("{most} iterations"),
        )),
    }
}

/// `$2b$10$`, 22 characters of salt, 31 of hash.
fn bcrypt_scheme(text: &str) -> Result<Scheme, ValidationError> {
    let known = ["$2a$", "$2b$", "$2y$"]
        .iter()
        .any(|version| text.starts_with(version));
    let parts: Option<bcrypt::HashParts> = text.parse().ok().filter(|_| known && text.len() == 60);
    let cost = parts.map(|parts| parts.get_cost());
    match cost {
        Some(cost) if cost > BCRYPT_COST => Err(too_costly(
            &format!("cost {cost}"),
            &format!("cost {BCRYPT_COST}"),
        )),
        Some(4..) => Ok(Scheme::Bcrypt),
        Some(_) | None => Err(unreadable("bcrypt")),
    }
}

fn unreadable(what: &str) -> ValidationError {
    ValidationError(format!("is not a {what} hash that can be read").into())
}

fn too_costly(found: &str, most: &str) -> ValidationError {
    let text = format!(
        "costs too much to verify: {found}, where at most {most} is taken. Import the user without it: \
         they then choose a password by mail"
    );
    ValidationError(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(hash: &str) -> String {
        PasswordHash::import(hash).unwrap_err().to_string()
    }

    const SALT: &str = "aM15713r3Xsvxbi31lqr1Q";
    const HASH: &str = "nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E";

    #[test]
    fn hashes_of_other_programs_are_verified() {
        for (hash, password) in [
            // passlib's test vector.
            (format!("$scrypt$ln=16,r=8,p=1${SALT}${HASH}"), "password"),
            // RustCrypto's, of 40 bytes.
            (
                "$pbkdf2-sha256$i=4096,l=40$c2FsdFNBTFRzYWx0U0FMVHNhbHRTQUxUc2FsdFNBTFRzYWx0\
                 $NIyJ28vTKy8y2BS4EW6EzysXNH68GAAYHE4qH7jdU+HGNVGMfaxH6Q"
                    .to_owned(),
                "passwordPASSWORDpassword",
            ),
            // crypt_blowfish's.
            (
                "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW".to_owned(),
                "U*U",
            ),
        ] {
            let imported = PasswordHash::import(&hash).unwrap();
            assert!(imported.verify(password), "{hash}");
            assert!(!imported.verify("another password"), "{hash}");
            assert!(imported.is_outdated(), "{hash}");
        }
    }

    #[test]
    fn a_bcrypt_hash_is_not_renewed_by_a_password_of_which_it_read_a_part() {
        let bcrypt_of = |password: &str| {
            let hash = bcrypt::hash_with_salt(password, 4, *b"sixteen bytes ok").unwrap();
            PasswordHash::import(&hash.to_string()).unwrap()
        };
        let long = "kV9#wq2Lr8!zT4 ".repeat(6);
        let hash = bcrypt_of(&long);
        for verified in [
            long.as_str(),
            &long[..72],
            &format!("{}, mistyped", &long[..72]),
        ] {
            assert!(hash.verify(verified) && hash.is_outdated());
            assert!(!hash.is_renewed_by(verified), "{verified}");
        }
        let hash = bcrypt_of(&long[..71]);
        assert!(hash.verify(&long[..71]) && !hash.verify(&long));
        assert!(hash.is_renewed_by(&long[..71]));
    }

    #[test]
    fn costly_hashes_are_refused_and_verify_nothing() {
        for (hash, why) in [
            (
                format!("$argon2id$v=19$m=4194304,t=1,p=1${SALT}${HASH}"),
                "m=4194304",
            ),
            (
                format!("$argon2id$v=19$m=131072,t=4,p=1${SALT}${HASH}"),
                "m times t",
            ),
            (
                format!("$argon2i$v=19$m=65536,t=2,p=255${SALT}${HASH}"),
                "p=255",
            ),
            (format!("$scrypt$ln=30,r=8,p=1${SALT}${HASH}"), "ln=30"),
            (format!("$scrypt$ln=17,r=8,p=2${SALT}${HASH}"), "p=2"),
            (
                format!("$scrypt$ln=1,r=65536,p=65536${SALT}${HASH}"),
                "p=65536",
            ),
            (
                format!("$scrypt$ln=1,p=4294967295${SALT}${HASH}"),
                "p=4294967295",
            ),
            (
                format!("$pbkdf2-sha256$i=1200001,l=32${SALT}${HASH}"),
                "1200001",
            ),
            (
                format!("$pbkdf2-sha512$i=4000000000,l=32${SALT}${HASH}"),
                "4000000000",
            ),
            (
                "$2b$20$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW".to_owned(),
                "cost 20",
            ),
        ] {
            let reason = reason(&hash);
            assert!(
                reason.contains(why) && reason.contains("costs too much"),
                "{reason}"
            );
            // As if it had come into the table by another way.
            assert!(!PasswordHash(hash).verify("password"));
        }
    }

    #[test]
    fn what_is_no_hash_is_refused_without_being_repeated() {
        for text in [
            "",
            "secret",
            "$1$salt$secret",
            "$argon2id$v=19$m=19456,t=2,p=1$",
            "$scrypt$ln=16,r=8,p=1",
            "$2b$10$secret",
            "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "{SHA}secret",
        ] {
            assert!(!reason(text).contains("secret"), "{text}");
        }
    }

    /// The figures of docs/ADMIN.md: `cargo test -p roster-domain --lib figures -- --ignored --nocapture`.
    #[test]
    #[ignore = "prints figures"]
    fn figures() {
        for hash in [
            format!("$argon2id$v=19$m=19456,t=2,p=1${SALT}${HASH}"),
            format!("$argon2id$v=19$m=131072,t=3,p=1${SALT}${HASH}"),
            format!("$argon2id$v=19$m=65536,t=3,p=4${SALT}${HASH}"),
            format!("$scrypt$ln=17,r=8,p=1${SALT}${HASH}"),
            format!("$pbkdf2-sha256$i=1200000,l=32${SALT}${HASH}"),
            format!("$pbkdf2-sha512$i=600000,l=32${SALT}${HASH}"),
            "$2b$10$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW".to_owned(),
            "$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW".to_owned(),
        ] {
            let hash = PasswordHash::import(&hash).unwrap();
            // The nanoseconds that Linux has given this thread, whatever else the machine does.
            let now = || {
                let figures = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
                figures.split(' ').next().unwrap().parse::<u64>().unwrap()
            };
            let time = || {
                let started = now();
                assert!(!hash.verify("a wrong password"));
                (now() - started) / 1_000_000
            };
            let least = (0..5).map(|_| time()).min().unwrap_or_default();
            let (parameters, _) = hash.0.rsplit_once('$').unwrap();
            println!("{least:5} ms  {parameters}");
        }
    }
}
