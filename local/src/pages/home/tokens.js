// The tokens of whoever acts.

import { call, makeToken, read } from "./api.js";
import { attempt, element, make, onSubmit, say, showRows, time } from "./dom.js";

export async function showTokens() {
  showRows(element("tokens"), await read("/auth/tokens"), create, fill);
}

// What was made is shown to nobody else.
export function forgetToken(hint) {
  element("made").hidden = true;
  element("made-token").value = "";
  element("token-password").value = "";
  element("token-hint").textContent = hint;
}

const create = () =>
  make("li", {}, make("div", { class: "shown" }), make("p", { class: "said", role: "status" }));

function fill(row, token) {
  const said = row.querySelector(".said");
  const name = token.name ?? "From a login";
  const revoke = async () => {
    await call("DELETE", `/auth/tokens/${token.id}`);
    say(element("tokens-said"), `${name}: revoked.`);
    element("tokens-title").focus();
    return "";
  };
  row.querySelector(".shown").replaceChildren(
    make("strong", {}, name), make("span", { class: "badge" }, token.kind),
    token.current ? make("span", { class: "badge" }, "this page’s") : "",
    make("p", { class: "hint" }, "Made ", time(token.created), ", last used ", time(token.lastUsed),
      ", works until ", time(token.expires), "."),
    make("button", { type: "button", class: "danger", "data-action": "revoke", "aria-label": `Revoke ${name}`,
      onclick: (event) => attempt(said, event.currentTarget, revoke) }, "Revoke"),
  );
}

element("revoke-others").addEventListener("click", (event) =>
  attempt(element("tokens-said"), event.currentTarget, async () => {
    await call("DELETE", "/auth/tokens");
    return "All your other tokens are revoked.";
  }));

onSubmit(element("make-token"), async () => {
  const made = await makeToken(element("token-name").value.trim(), element("token-password").value);
  element("token-name").value = "";
  element("token-password").value = "";
  element("made").hidden = false;
  element("made-token").value = made.token;
  element("made-token").focus();
  element("made-token").select();
  return "The token is made. Keep it where the program finds it.";
});
