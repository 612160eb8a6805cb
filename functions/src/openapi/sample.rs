//! People for the examples, of the sample account that `cargo run` has: what is shown can be sent.
#![expect(
    clippy::expect_used,
    reason = "the document is made on this machine only"
)]

use roster_domain::{
    Account, EmailAddress, Language, NamedToken, PasswordHash, Role, ShortText, Storage, Timestamp,
    Token, TokenValidity, User,
};
use serde_json::Map;
use std::{str::FromStr, time::Duration};

const ADAS_TOKEN: &str = "rst_AaH_Q90AcoyOrzC4q8VNAAGh_0PdAHKMjq8wutfD38UNgySX86968EovYUD7ALZeT6U5VfCV97XVuynSlGV_pAO-pck";

const ALANS_TOKEN: &str = "rst_AaH_Q90AcoyOrzC4q8VNAAGh_0Pk0HEcrrFdlU5R_2cFNwFk6Vq1G5mHI6Y-qY24A4aWo8ObTc9-mmaOpJ2vNx36RAQ";

const ADAS_NAMED_TOKEN: &str = "rst_AaH_Q90AcoyOrzC4q8VNAAGh_0PdAHKMjq8wutfD38XURRTmuBstQeXG-kCucwheS-pS5JioOE9rIkqEs5spo90Me6k";

const GRACES_TOKEN: &str = "rst_AaH_Q90AcoyOrzC4q8VNAAGh_0Pg6HLRhAXo19sojvvFVr74n2KGFTCpn5mMojYl1mgvDutPjyfLw2bPc4RGeJnNoWk";

/// The id of a user of the same account who has yet to accept an invitation.
pub(crate) const INVITED_USER: &str = "01a1ff43-e8b8-77b5-a979-785a0a5f5b18";

/// Two years before it, so that every date of the example is past.
const CREATED: Timestamp = Timestamp::from_millis(1_732_212_000_000);

/// A token of [`user`].
pub(crate) fn token() -> Token {
    parsed(ADAS_TOKEN)
}

/// The token for a program of [`user_with_tokens`].
pub(crate) fn named_token() -> Token {
    parsed(ADAS_NAMED_TOKEN)
}

/// Alan, a user of the same account.
pub(crate) fn other_user() -> User {
    let token: Token = parsed(ALANS_TOKEN);
    let mut user = joined(token, "alan@example.com", Role::User);
    (user.first_name, user.last_name) = (text("Alan"), text("Turing"));
    user.language = Some(Language::En);
    user.time_zone = Some(parsed("Europe/London"));
    user
}

/// Grace, an admin of the same account.
pub(crate) fn admin() -> User {
    let mut user = joined(parsed(GRACES_TOKEN), "grace@example.com", Role::Admin);
    (user.first_name, user.last_name) = (text("Grace"), text("Hopper"));
    user.language = Some(Language::En);
    user.time_zone = Some(parsed("America/New_York"));
    user
}

/// Barbara, who was invited into the same account and has yet to join it.
pub(crate) fn invited_user() -> User {
    let mut user = newcomer("barbara@example.com");
    user.id = parsed(INVITED_USER);
    (user.first_name, user.last_name) = (text("Barbara"), text("Liskov"));
    user
}

/// A user who was put into the same account just now.
pub(crate) fn newcomer(email: &str) -> User {
    let account = token().user().account;
    let mut user = User::invite(account, parsed(email), Role::User, CREATED);
    user.id = parsed("01a1ff43-f0a0-7d3e-9c1b-5e2f7a6b8c9d");
    user
}

/// Katherine, who has just signed up: the owner of an account of her own.
pub(crate) fn signed_up_user() -> User {
    let username = Some(parsed("katherine"));
    let email = parsed("katherine@example.com");
    let password = PasswordHash::decoy();
    User::register(token().user().account, email, username, password, CREATED)
}

fn joined(token: Token, email: &str, role: Role) -> User {
    let password = PasswordHash::decoy();
    let account = token.user().account;
    let mut user = User::register(account, parsed(email), None, password, CREATED);
    user.id = token.user().user;
    user.role = role;
    user.email_verified = true;
    user.activity = Some(CREATED);
    user
}

/// Ada, the owner, with a value in every field.
pub(crate) fn user() -> User {
    let token = token();
    let username = Some(parsed("ada"));
    let password = PasswordHash::decoy();
    let mut user = User::register(token.user().account, email(), username, password, CREATED);
    user.id = token.user().user;
    user.email_verified = true;
    user.second_email = Some(parsed("lovelace@example.com"));
    user.first_name = text("Ada");
    user.last_name = text("Lovelace");
    user.alias = text("Countess");
    user.organization = text("Analytical Engines Ltd");
    user.language = Some(Language::En);
    user.time_zone = Some(parsed("Europe/London"));
    user.preferences = Map::from_iter([("theme".to_owned(), "dark".into())]);
    user.last_login_at = Some(CREATED);
    user.storage = Storage {
        records: 10,
        bytes: 970,
    };
    user.usage = 12.5;
    user
}

/// [`user`], with the token of a login and one for a program.
pub(crate) fn user_with_tokens() -> User {
    let mut user = user();
    let validity = TokenValidity {
        issued_at: CREATED,
        expires_at: CREATED + Duration::from_secs(90 * 24 * 60 * 60),
    };
    user.tokens.insert(token().hash(), validity);
    let named = NamedToken {
        name: parsed("nightly report"),
        // It stands first, for the document to have an example of a name.
        validity: TokenValidity {
            issued_at: CREATED - Duration::from_secs(1),
            ..validity
        },
    };
    user.named_tokens.insert(named_token().hash(), named);
    user
}

/// The account of [`user`].
pub(crate) fn account() -> Account {
    let mut account = Account::open(email(), CREATED);
    account.id = token().user().account;
    account.name = text("Analytical Engines Ltd");
    account.cloud_id = text("cloud-1");
    account
}

fn email() -> EmailAddress {
    parsed("ada@example.com")
}

fn text(text: &str) -> Option<ShortText> {
    Some(parsed(text))
}

fn parsed<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a valid sample")
}
