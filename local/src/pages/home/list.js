// A page with a list of what left Roster. It follows what happens.

import { local } from "./api.js";
import { element, say, showRows } from "./dom.js";
import { KINDS } from "./list-kinds.js";
import { offerRules } from "./rule.js";

const EVERY_MS = 1500;
const AT_MOST = 200;

const { path } = document.body.dataset;
const { rowOf, create, fill, empty, noun } = KINDS[path];
const filter = element("filter");
let items = [];

function show() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (item) => {
    const text = JSON.stringify(item).toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const rows = items.map(rowOf).reverse().filter(has);
  showRows(element("list"), rows, create, fill);
  const newest = items.length === AT_MOST ? ` the newest` : "";
  const count = words.length === 0
    ? (items.length === 0 ? empty : `These are${newest} ${items.length} ${noun}.`)
    : `${rows.length} of${newest} ${items.length} ${noun} have these words.`;
  if (element("count").textContent !== count) element("count").textContent = count;
}

async function follow() {
  for (;;) {
    if (!document.hidden) {
      try {
        items = await local(`${path}?newest=${AT_MOST}`);
        show();
        say(element("list-said"), "");
      } catch (error) {
        say(element("list-said"), error.message, true);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

filter.addEventListener("input", show);
offerRules();
follow();
