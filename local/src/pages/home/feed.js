// What has left Roster, as it leaves: mails and events.

import { local } from "./api.js";
import { element, make, say, showRows } from "./dom.js";

const EVERY_MS = 1500;
const AT_MOST = 50;

const names = new Map();
let newest = null;

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
  const shown = new Date(at * 1000);
  row.replaceChildren(
    make("strong", {}, kind), ` ${who}`,
    make("span", { class: "hint" }, fields && `${fields}; `, actor && `by ${actor}, `,
      make("time", { datetime: shown.toISOString() }, shown.toLocaleTimeString("en-GB"))),
  );
}

async function showFeed() {
  const [mails, events] = await Promise.all([local("/outbox"), local("/events")]);
  const last = (items) => items.slice(-AT_MOST).reverse();
  const mailRows = last(mails).map(({ number, to, subject }) => ({ id: String(number), number, to, subject }));
  showRows(element("mails"), mailRows, create, fillMail);
  const eventRows = last(events).map(({ id, time, detail, "detail-type": kind }) => ({
    id, kind, at: time, who: detail.userId ? nameOf(detail.userId) : "the account",
    fields: detail.fields?.join(", "), actor: detail.actor && nameOf(detail.actor),
  }));
  showRows(element("events"), eventRows, create, fillEvent);
  // Somebody may have joined in another tab.
  const now = `${mails.length} ${events.length}`;
  if (newest !== null && newest !== now) document.dispatchEvent(new Event("changed"));
  newest = now;
}

export async function follow() {
  for (;;) {
    if (!document.hidden) {
      await showFeed().then(() => say(element("feed-said"), ""), (error) => say(element("feed-said"), error.message, true));
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
