// How a mail, an event and a dead letter are shown in a list.

import { make, time } from "./dom.js";

const create = () => make("li");
const createDetails = () => make("li", {}, make("details", {}, make("summary"), make("div")));

const json = (value) => JSON.stringify(value, null, 2);

const MAILS = {
  noun: "mails",
  empty: "No mail was sent yet. Invite somebody, and one is.",
  // The bodies stay behind their links.
  rowOf: ({ number, to, subject, time }) => ({ id: String(number), to, subject, at: time }),
  create,
  fill(row, { id, to, subject, at }) {
    const link = (kind, text, label) =>
      make("a", { href: `/outbox/${id}.${kind}`, "aria-label": `${label} of mail ${id}` }, text);
    row.replaceChildren(
      make("a", { href: `/outbox/${id}.html` }, subject),
      make("span", { class: "hint" }, make("span", {}, `to ${to}`), ", ", time(at || null, "some time ago"), "; as ",
        link("txt", "text", "Text"), " or ", link("eml", "it was sent", "Source")),
    );
  },
};

const EVENTS = {
  noun: "events",
  empty: "Nothing happened yet. Change somebody, and something has.",
  rowOf: (event) => ({ id: event.id, event }),
  create: createDetails,
  fill(row, { event }) {
    const { detail } = event;
    const about = detail.userId ? `user ${detail.userId}` : `account ${detail.accountId}`;
    row.querySelector("summary").replaceChildren(
      make("strong", {}, event["detail-type"]), " ", make("span", { class: "hint" }, time(event.time), `, ${about}`));
    row.querySelector("div").replaceChildren(make("pre", {}, json(event)));
  },
};

// docs/EVENTS-MAILS-USAGE.md, "When something fails".
const REMEDIES = {
  "send-mail": "A mail. Mend the cause, then ask for the mail again: invite the user once more, or set the address again.",
  "publish-events": "An event, which is not published again. Whoever needs the data asks the API.",
  "close-account": "A closed account. Mend the row, then change anything on the account’s row: that wakes the function again.",
};
const USAGE = "A usage report that could not be read. Mend it, and send it to the queue again.";

const DEAD_LETTERS = {
  noun: "dead letters",
  empty: "There are none: everything could be handled.",
  rowOf: (letter, index) => ({ id: String(index), letter }),
  create: createDetails,
  fill(row, { letter }) {
    const { function: name, reason } = letter ?? {};
    row.querySelector("summary").replaceChildren(
      make("strong", {}, name ?? "record-usage"), " ", make("span", { class: "hint" }, reason ?? USAGE));
    row.querySelector("div").replaceChildren(
      make("p", { class: "hint" }, name ? REMEDIES[name] ?? "" : USAGE),
      make("pre", {}, typeof letter === "string" ? letter : json(letter)));
  },
};

export const KINDS = { "/outbox": MAILS, "/events": EVENTS, "/dead-letters": DEAD_LETTERS };
