// Who acts, and what is shown of their account.

import { call, local, logIn, session, whoIs } from "./api.js";
import { attempt, element, make, onSubmit, say, showRows } from "./dom.js";
import { follow, knowPeople } from "./feed.js";
import { showInvitations } from "./invitations.js";
import { showPeople } from "./people.js";
import { forgetToken, showTokens } from "./tokens.js";

// This tab's, so that a page that is loaded again acts as the same person.
const KEPT = "token";

const fullName = (person) => [person.first, person.last].filter(Boolean).join(" ") || person.email;

function describe(person) {
  const where = person.isElsewhere ? ", of another account" : "";
  if (person.token) return `${person.role}, ${person.state}${where}`;
  const note = person.state === "invited" ? "has yet to join, by the mail" : "no credential works";
  return `${person.role}, ${person.state}${where}: ${note}`;
}

async function showSample() {
  const people = await local("/home/sample");
  knowPeople(people);
  element("sample-lead").hidden = people.length === 0;
  if (people.length === 0) element("login-details").open = true;
  const rows = people.map((person) => ({ ...person, acts: person.id === session.user?.id }));
  showRows(element("sample"), rows, () => make("li"), fillPerson);
  return people;
}

function fillPerson(row, person) {
  row.replaceChildren(make("button", {
    type: "button",
    disabled: !person.token,
    "data-action": "act",
    "aria-pressed": person.token && String(person.acts),
    onclick: () => act(person.token, person),
  }, make("strong", {}, fullName(person)), make("span", {}, describe(person))));
}

let acts = 0;

// The token of somebody of the sample may be revoked by now, on this page too: the password gives another.
async function identify(token, person) {
  try {
    const { account, user } = await whoIs(token);
    return { token, account, user };
  } catch (error) {
    if (!person) throw error;
    const login = await logIn(person.email, person.password);
    return { token: login.token.token, account: login.account, user: login.user };
  }
}

// Shows the account as the holder of a token sees it.
async function act(secret, person) {
  const mine = ++acts;
  try {
    const { token, account, user } = await identify(secret, person);
    if (mine !== acts) return;
    Object.assign(session, { token, account, user });
    sessionStorage.setItem(KEPT, token);
    say(element("act-said"), "");
    element("acting").textContent =
      `You act as ${user.email}, ${user.role} of ${account.name ?? "the account of " + account.email}.`;
    for (const said of document.querySelectorAll("#account .said")) say(said, "");
    for (const rows of document.querySelectorAll("#account .rows")) rows.replaceChildren();
    forgetToken(person ? `In the sample: ${person.password}` : "");
    element("account").hidden = false;
    element("elsewhere").hidden = !person?.isElsewhere;
    say(element("cross-said"), "");
    await refresh();
  } catch (error) {
    sessionStorage.removeItem(KEPT);
    element("account").hidden = true;
    element("acting").textContent = "";
    Object.assign(session, { token: null, account: null, user: null });
    say(element("act-said"), error.message, true);
    element("login-details").open = true;
    await showSample();
  }
}

// One account never reaches into another: who is there is not to be found from here.
element("cross").addEventListener("click", async (event) => {
  const first = people.find((person) => !person.isElsewhere);
  if (!first) return;
  const path = `/api/v2/users/${first.id}`;
  await attempt(element("cross-said"), event.currentTarget, async () => {
    await call("GET", path).then(
      () => { throw new Error(`GET ${path} was answered.`); },
      (error) => { if (error.status !== 404) throw error; });
    return `GET ${path}, who is ${fullName(first)}, was answered by 404, as if there were nobody.`;
  });
});

let round = 0;
let again = false;

// Reads the account once more. Whoever asks meanwhile is served by one more reading.
async function refresh() {
  if (round > 0) {
    again = true;
    return;
  }
  round = 1;
  do {
    again = false;
    const known = showSample().catch(() => {});
    if (session.token) {
      await Promise.all([
        show("people", async () => knowPeople(await showPeople())),
        show("invitations", showInvitations),
        show("tokens", showTokens),
      ]);
    }
    await known;
  } while (again);
  round = 0;
}

// What cannot be read is said in place of it.
async function show(name, read) {
  const failed = element(`${name}-failed`);
  try {
    await read();
    say(failed, "");
  } catch (error) {
    element(name).replaceChildren();
    say(failed, error.message, true);
  }
}

onSubmit(element("login"), async () => {
  const password = element("login-password");
  const { token } = await logIn(element("login-name").value.trim(), password.value);
  password.value = "";
  await act(token.token);
  return "";
});

document.addEventListener("changed", refresh);
const people = await showSample();
const kept = sessionStorage.getItem(KEPT);
if (kept) await act(kept, people.find((person) => person.token === kept));
follow();
