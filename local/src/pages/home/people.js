// The people of the account, and what may be done with each.

import { call, list, session } from "./api.js";
import { attempt, confirm, element, make, say, showRows, time } from "./dom.js";

const PERMISSIONS = {
  accountManagement: "Manage the account",
  userManagement: "Manage users",
  addBeacons: "Add beacons",
  toggleBeacons: "Toggle beacons",
  viewMetrics: "View metrics",
};

export async function showPeople() {
  const people = await list("/auth/users");
  showRows(element("people"), people, create, fill);
  return people;
}

function create() {
  const said = make("p", { class: "said", role: "status" });
  return make("li", {}, make("details", {}, make("summary"), make("div", { class: "controls" }), said));
}

function fill(row, person) {
  row.querySelector("summary").replaceChildren(...summary(person));
  row.querySelector(".controls").replaceChildren(...controls(row, person));
}

function summary(person) {
  const name = [person.first, person.last].filter(Boolean).join(" ");
  const badge = (text) => make("span", { class: "badge" }, text);
  const held = Object.keys(PERMISSIONS).filter((permission) => person.permissions.held[permission]);
  const rights = held.length === 5 ? "everything" : held.map((it) => PERMISSIONS[it].toLowerCase()).join(", ");
  return [
    make("strong", {}, person.email), name && ` ${name}`,
    badge(person.state), badge(person.role), badge(person.verified ? "verified" : "not verified"),
    person.lockedUntil && make("span", { class: "badge" }, "locked until ", time(person.lockedUntil)),
    person.id === session.user?.id && badge("you"),
    make("span", { class: "hint" }, `May: ${rights || "nothing"}. Last seen: `, time(person.lastSeen), "."),
  ].filter(Boolean);
}

function controls(row, person) {
  const said = row.querySelector(".said");
  const own = `/api/v2/users/${person.id}`;
  const button = (action, text, act, kind = "quiet") =>
    make("button", { type: "button", class: kind, "data-action": action,
      onclick: (event) => attempt(said, event.currentTarget, act) }, text);
  const access = person.state === "deactivated"
    ? button("access", "Activate", async () => {
      await call("POST", `${own}/activate`);
      return "Activated.";
    })
    : button("access", "Deactivate", async () => {
      await call("POST", `${own}/deactivate`);
      return "Deactivated: no credential of theirs works.";
    });
  const reset = button("reset", "Send a password reset", async () => {
    await call("POST", `/auth/users/${person.id}/password-reset`);
    return "A mail to choose a new password is on its way.";
  });
  const tokens = button("tokens", "Revoke their tokens", async () => {
    await call("DELETE", `/auth/users/${person.id}/tokens`);
    return "Their tokens are revoked.";
  });
  const removal = make("button", { type: "button", class: "danger", "data-action": "remove",
    onclick: (event) => remove(said, event.currentTarget, person) }, "Remove");
  return [role(said, person), permissions(said, person),
    make("div", { class: "actions", role: "group", "aria-label": `Access of ${person.email}` },
      access, reset, tokens, removal)];
}

function role(said, person) {
  const options = ["user", "admin", "owner"].map((role) =>
    make("option", { value: role, selected: role === person.role }, role));
  const select = make("select", { "data-action": "role" }, ...options);
  const save = make("button", { class: "quiet", "data-action": "save-role" }, "Change the role");
  const change = async () => {
    await call("POST", "/user/updateRole", { id: person.id, role: select.value });
    return `The role is ${select.value}.`;
  };
  return make("form", { onsubmit: (event) => submit(event, said, save, change) },
    make("label", {}, "Role", select), save);
}

function permissions(said, person) {
  if (person.role !== "user") return make("p", { class: "hint" }, "Admins and owners hold every permission.");
  const set = person.permissions.set;
  const boxes = Object.keys(PERMISSIONS).map((permission) =>
    make("input", { type: "checkbox", name: permission, "data-action": permission, checked: set[permission] }));
  const labels = boxes.map((box) => make("label", {}, box, " " + PERMISSIONS[box.name]));
  const save = make("button", { class: "quiet", "data-action": "save-permissions" }, "Save the permissions");
  const change = async () => {
    const changed = boxes.filter((box) => box.checked !== set[box.name]);
    const body = Object.fromEntries(changed.map((box) => [box.name, box.checked]));
    await call("POST", `/api/v2/users/${person.id}/perms`, body);
    return "The permissions are saved.";
  };
  return make("form", { onsubmit: (event) => submit(event, said, save, change) },
    make("fieldset", {}, make("legend", {}, "Permissions"), ...labels), save);
}

function submit(event, said, button, change) {
  event.preventDefault();
  attempt(said, button, change);
}

// The row goes with the person: what came of it is said above the list.
async function remove(said, button, person) {
  say(said, "");
  const text = "All that there is of them goes, and cannot be brought back.";
  if (!(await confirm(`Remove ${person.email}?`, text))) return;
  await attempt(said, button, async () => {
    await call("POST", "/user/remove", { id: person.id });
    say(element("people-said"), `${person.email} is removed.`);
    element("people-title").focus();
    return "";
  });
}
