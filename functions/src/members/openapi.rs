//! The operations of the members API, for the OpenAPI document.

use super::{
    Member, Message, NO_USER_MANAGEMENT, activate, deactivate, get, invite, list, set_permissions,
    update,
};
use crate::{
    Failure,
    openapi::{Operation, sample},
    request::parse,
};
use lambda_http::http::StatusCode;
use roster_domain::{Cursor, EmailAddress, Language, PageLimit, Permissions, TimeZone, UserId};
use roster_dynamodb::{Refusal, StoreError};
use serde_json::json;

pub(crate) fn operations() -> Vec<Operation> {
    let user = sample::other_user();
    let member = Member::from(&user);
    let mut operations = vec![
        list(&[Member::from(&user)].into()),
        of_one(Operation::new(
            &get::ENDPOINT,
            &["GET"],
            "/api/v2/users/{id}",
            "Get a member",
            "A member of your account.",
        ))
        .answers(StatusCode::OK, "The member.", &member),
    ];
    operations.extend([invite(), update(&member), set_permissions()]);
    operations.extend([activate(), deactivate()]);
    operations
}

/// What the operations on one member have in common.
fn of_one(operation: Operation) -> Operation {
    operation
        .in_path::<UserId>(
            "id",
            "Id of the member.",
            sample::other_user().id.to_string(),
        )
        .fails([Failure::NotFound])
}

fn list(members: &Vec<Member<'_>>) -> Operation {
    Operation::new(
        &list::ENDPOINT,
        &["GET"],
        "/api/v2/users",
        "List the members",
        "The members of your account, oldest first, up to 1000 at once. While more follow there is \
         a `Link` to them.",
    )
    .in_query::<PageLimit>("limit", "How many members at most; 1000 if absent.", 100)
    .in_query::<Cursor>(
        "cursor",
        "Where the page begins, from the `Link` of the page before.",
        "PgGh_0PdAHKMjq8wutfD38U",
    )
    .answers(StatusCode::OK, "The members.", members)
    .with_header(
        "Link",
        "The next page (RFC 8288), if there is one.",
        r#"<https://roster.example.com/api/v2/users?limit=100&cursor=PgGh_0PdAHKMjq8wutfD38U>; rel="next""#,
    )
    .fails(parse::<PageLimit>("limit", "0").err())
    .fails(parse::<Cursor>("cursor", "2").err())
}

fn invite() -> Operation {
    Operation::new(
        &invite::ENDPOINT,
        &["POST"],
        "/api/v2/users",
        "Invite somebody",
        "Invites the person with this email address into your account, as a user who may view \
         metrics. Who is already invited there is sent a fresh invitation. Takes the permission \
         `userManagement`.",
    )
    .takes::<invite::Body>(true, json!({ "email": "katherine@example.com" }))
    .answers(
        StatusCode::OK,
        "The invitation is on its way.",
        &Message::from("User invited."),
    )
    .fails(parse::<EmailAddress>("email", "katherine").err())
    .fails([NO_USER_MANAGEMENT, Failure::email_in_use("email")])
    .sends_mail()
}

fn update(member: &Member<'_>) -> Operation {
    of_one(Operation::new(
        &update::ENDPOINT,
        &["PUT", "PATCH"],
        "/api/v2/users/{id}",
        "Change a member",
        "Fields that are absent stay as they are, with `PUT` as with `PATCH`, and `null` clears a \
         field. Everybody changes themselves; others are changed by who has the permission \
         `userManagement` and no lower role.",
    ))
    .takes::<update::Body>(
        true,
        json!({
            "firstName": "Alan",
            "lastName": "Turing",
            "email": "alan@example.com",
            "locale": "en",
            "timezone": "Europe/London",
        }),
    )
    .answers(StatusCode::OK, "The member as they are now.", member)
    .fails(parse::<EmailAddress>("email", "ada").err())
    .fails(parse::<Language>("locale", "tlh").err())
    .fails(parse::<TimeZone>("timezone", "Mars").err())
    .fails([NO_USER_MANAGEMENT, Failure::email_in_use("email")])
    .sends_mail()
}

fn set_permissions() -> Operation {
    of_one(Operation::new(
        &set_permissions::ENDPOINT,
        &["POST"],
        "/api/v2/users/{id}/perms",
        "Set permissions of a member",
        "Permissions that are absent stay as they are. Takes the permission `userManagement`. \
         Nobody grants what they do not hold, or sets their own; admins and owners hold all.",
    ))
    .takes::<set_permissions::Body>(
        false,
        json!({
            "accountManagement": false,
            "userManagement": false,
            "addBeacons": true,
            "toggleBeacons": false,
            "viewMetrics": true,
        }),
    )
    .answers(
        StatusCode::OK,
        "All permissions of the member as they are now.",
        &Permissions {
            add_beacons: true,
            ..Permissions::INITIAL
        },
    )
    .fails([NO_USER_MANAGEMENT, set_permissions::HOLDS_ALL])
}

fn activate() -> Operation {
    of_one(Operation::new(
        &activate::ENDPOINT,
        &["POST"],
        "/api/v2/users/{id}/activate",
        "Activate a member",
        "Gives a deactivated member their access back, and ends a lock after too many wrong \
         passwords. Takes the permission `userManagement`, and no lower role than theirs.",
    ))
    .takes_no_fields()
    .answers(
        StatusCode::OK,
        "The member is activated.",
        &Message::from("User activated"),
    )
    .fails([NO_USER_MANAGEMENT])
}

fn deactivate() -> Operation {
    of_one(Operation::new(
        &deactivate::ENDPOINT,
        &["POST"],
        "/api/v2/users/{id}/deactivate",
        "Deactivate a member",
        "Takes a member's access away: their tokens stop working at once. Takes the permission \
         `userManagement`, and no lower role than theirs. Nobody deactivates themselves, or the \
         last active owner.",
    ))
    .takes_no_fields()
    .answers(
        StatusCode::OK,
        "The member is deactivated.",
        &Message::from("User deactivated"),
    )
    .fails([
        NO_USER_MANAGEMENT,
        deactivate::ONESELF,
        StoreError::Refused(Refusal::LastOwner).into(),
    ])
}
