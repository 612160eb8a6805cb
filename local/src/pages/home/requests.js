// What the last requests asked of the store, and what a million of each would cost.

import { local } from "./api.js";
import { element, make, showRows } from "./dom.js";

const AT_MOST = 50;

const number = (value) => value.toLocaleString("en-GB", { maximumFractionDigits: 2 });
const dollars = (value) => "$" + value.toLocaleString("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const plural = (count, word) => `${number(count)} ${word}${count === 1 ? "" : "s"}`;

function fill(row, request) {
  const calls = Object.entries(request.calls).map(([name, count]) => (count === 1 ? name : `${count} × ${name}`));
  const asked = calls.length === 0
    ? "asked nothing of the store"
    : `${plural(request.roundTrips, "round trip")}: ${calls.join(", ")}; ` +
      `${number(request.readUnits)} RRU, ${number(request.writeUnits)} WRU`;
  row.replaceChildren(
    make("strong", {}, `${request.method} ${request.path}`),
    make("span", { class: "badge" }, String(request.status)),
    make("span", { class: "hint" }, `${request.function}: ${asked}. `,
      make("strong", { class: "dollars" }, `${dollars(request.dollars)} a million`)),
  );
}

export async function showRequests() {
  const { prices, requests } = await local("/home/requests");
  const withRefreshes = element("with-refreshes").checked;
  const shown = requests.filter((request) => withRefreshes || !request.isRefresh);
  const rows = shown.slice(-AT_MOST).reverse().map((request) => ({ id: String(request.number), ...request }));
  showRows(element("requests"), rows, () => make("li"), fill);
  element("prices").textContent =
    `Dollars are DynamoDB’s in us-east-1: $${prices.readUnits} a million read request units (RRU), ` +
    `$${prices.writeUnits} a million write request units (WRU). A million requests add ` +
    `${dollars(prices.apiGateway)} for API Gateway and ${dollars(prices.lambda)} for Lambda.`;
}
