use super::writer::Tally;
use crate::{Admin, AdminError};
use roster_domain::{AccountId, Actor, CodePurpose, Status, User, UserKey};
use roster_dynamodb::{Conflict, StoreError};
use std::collections::HashMap;

/// How many addresses in a row get no mail until it is the account that has had those of the day: one may
/// have had its own.
const GIVES_UP: u32 = 2;

/// Requests the invitations of users who have yet to join and were mailed none: as many as the limits of
/// the day allow. What is left stays in the tally.
pub(super) async fn send(
    admin: &mut Admin,
    tally: &mut Tally,
    per_day: u32,
) -> Result<(), AdminError> {
    let mut over: HashMap<AccountId, u32> = HashMap::new();
    let mut left = Vec::new();
    for key in std::mem::take(&mut tally.uninvited) {
        if over.get(&key.account).is_some_and(|over| *over >= GIVES_UP) {
            left.push(key);
            continue;
        }
        match invite(admin, key, per_day).await {
            Ok(requested) => {
                tally.invitations += u64::from(requested);
                if requested {
                    over.remove(&key.account);
                }
            }
            Err(StoreError::Conflict(Conflict::TooManyMails(_))) => {
                *over.entry(key.account).or_default() += 1;
                left.push(key);
            }
            Err(error) => return Err(error.into()),
        }
    }
    tally.uninvited = left;
    Ok(())
}

/// Whether nobody has saved the user since the import: every save leaves a revision.
pub(super) fn is_as_imported(user: &User) -> bool {
    user.changed_by == Actor::Operator && user.revision.is_none()
}

/// Whether an invitation was requested that there was none of.
async fn invite(admin: &Admin, key: UserKey, per_day: u32) -> Result<bool, StoreError> {
    let (repository, now) = (&admin.repository, admin.clock.now());
    loop {
        let Some(user) = repository.get_user(key).await? else {
            return Ok(false);
        };
        let challenge = repository
            .get_challenge(CodePurpose::Invitation, key)
            .await?;
        if user.status != Status::Invited || challenge.is_some() || !is_as_imported(&user) {
            return Ok(false);
        }
        // The mail is requested at the time of the change.
        let after = User {
            updated_at: now,
            ..user.clone().invited(now)
        };
        let save = repository.save(&user, after, Actor::Operator);
        match save
            .with_mail(Some(CodePurpose::Invitation), per_day)
            .send()
            .await
        {
            Err(error) if error.is_stale() => {}
            saved => return saved.map(|_| true),
        }
    }
}
