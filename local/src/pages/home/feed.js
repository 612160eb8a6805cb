// What has left Roster, as it leaves: mails and events; and what the requests took.

import { local } from "./api.js";
import { element, make, say, showRows } from "./dom.js";
import { showRequests } from "./requests.js";

const EVERY_MS = 1500;
const AT_MOST = 50;

const names = new Map();
let seen = null;

// An event has ids. Whoever was seen once has a name, also when they are gone.
export function knowPeople(people) {
  for (const { id, email } of people) names.set(id, email);
}

const nameOf = (id) => names.get(id) ?? id;

const create = () => make("li");

function fillMail(row, { number, to, subject }) {
  const link = make("a", { href: `/outbox/${number}.html`, target: "_blank", rel: "noopener" }, subject);
  row.replaceChildren(link, make("span", { class: "hint" }, `to ${to}`));
}

function fillEvent(row, { kind, who, fields, actor, at }) {
  const shown = new Date(at);
  row.replaceChildren(
    make("strong", {}, kind), ` ${who}`,
    make("span", { class: "hint" }, fields && `${fields}; `, actor && `by ${actor}, `,
      make("time", { datetime: shown.toISOString() }, shown.toLocaleTimeString("en-GB"))),
  );
}

async function showFeed() {
  const newest = (path) => local(`${path}?newest=${AT_MOST}`);
  const [mails, events, letters] = await Promise.all([
    newest("/outbox"), newest("/events"), newest("/dead-letters"), showRequests(),
  ]);
  const mailRows = mails.reverse().map(({ number, to, subject }) => ({ id: String(number), number, to, subject }));
  showRows(element("mails"), mailRows, create, fillMail);
  const eventRows = events.reverse().map(({ id, time, detail, "detail-type": kind }) => ({
    id, kind, at: time, who: detail.userId ? nameOf(detail.userId) : "the account",
    fields: detail.fields?.join(", "), actor: detail.actor && nameOf(detail.actor),
  }));
  showRows(element("events"), eventRows, create, fillEvent);
  element("dead").hidden = letters.length === 0;
  element("dead-count").textContent = letters.length === 1 ? "A dead letter has" : `${letters.length} dead letters have`;
  // Somebody may have joined in another tab.
  const now = `${mails[0]?.number} ${events[0]?.id}`;
  if (seen !== null && seen !== now) document.dispatchEvent(new Event("changed"));
  seen = now;
}

export async function follow() {
  element("with-refreshes").addEventListener("change", showRequests);
  for (;;) {
    if (!document.hidden) {
      await showFeed().then(() => say(element("feed-said"), ""), (error) => say(element("feed-said"), error.message, true));
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
