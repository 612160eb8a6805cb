"use strict";
const element = (id) => document.getElementById(id);
const text = (name) => document.querySelector(`[data-text="${name}"]`).textContent;
const base64 = (string) => btoa(String.fromCharCode(...new TextEncoder().encode(string)));

let code = "";
let invitation = true;

// The code came in the fragment, which no server is sent. It goes from the address bar at once, so
// that it is neither bookmarked nor shared, and it is kept nowhere but here.
function open() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  code = fragment.get("code") ?? "";
  history.replaceState(null, "", location.pathname + location.search);
  invitation = !code.startsWith("rsv_");
  for (const part of document.querySelectorAll(".for-invitation")) part.hidden = !invitation;
  for (const part of document.querySelectorAll(".for-verification")) part.hidden = invitation;
  if (code === "") return finish("missing", true);
  title(invitation ? "heading-invitation" : "heading-verification");
  element("email").value = fragment.get("email") ?? "";
  element("password").autocomplete = invitation ? "new-password" : "current-password";
  element("outcome").hidden = element("credential").hidden = true;
  element("token").value = "";
  element("form").hidden = false;
}

function title(name) {
  document.title = element("heading").textContent = text(name);
}

function problem(message, field) {
  element("problem").textContent = message;
  for (const input of [element("email"), element("password")]) {
    input.toggleAttribute("aria-invalid", input === field);
  }
  field?.focus();
}

// The form is done with. Who cannot go on with this link is told how to get another.
function finish(name, fresh, more = "") {
  code = "";
  element("password").value = "";
  element("form").hidden = true;
  element("message").textContent = text(name) + more;
  element("fresh").hidden = !fresh;
  const mail = new URLSearchParams({ subject: text("subject"), body: element("request").textContent });
  element("write").href = "mailto:?" + mail.toString().replaceAll("+", "%20");
  element("outcome").hidden = false;
  element("heading").focus();
}

function post(path, authorization, body) {
  return fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify(body),
    cache: "no-store",
    credentials: "omit",
    referrerPolicy: "no-referrer",
  });
}

// The API says in English what is wrong with a password; the page has the same in its language.
function advice(detail) {
  let translated = detail.replace(/^password /, "");
  for (const sentence of document.querySelectorAll("[data-english]")) {
    translated = translated.replace(sentence.dataset.english, sentence.textContent);
  }
  return translated;
}

async function send(email, password) {
  const body = invitation ? { invite: code, register: true } : { invite: code };
  const answer = await post("user/login", "Basic " + base64(email + ":" + password), body);
  if (answer.ok) {
    const { token } = await answer.json();
    finish(invitation ? "joined" : "confirmed", false, await sendName(token.token));
    element("token").value = token.token;
    element("credential").hidden = false;
    return;
  }
  const failure = await answer.json().catch(() => ({}));
  if (answer.status === 410) return finish(failure.code === "code_expired" ? "expired" : "used", true);
  if (answer.status === 409) return finish("elsewhere", false);
  if (failure.field === "invite") return finish("unknown", true);
  if (failure.field === "password") {
    return problem(text("password-weak") + " " + advice(failure.detail), element("password"));
  }
  if (answer.status === 401) return problem(text("password-wrong"), element("password"));
  if (answer.status === 429) {
    const minutes = Math.ceil(Number(answer.headers.get("retry-after")) / 60) || 1;
    return problem(text("locked").replace("{minutes}", minutes));
  }
  problem(text("later"));
}

// By now they have joined: a name that cannot be saved is said, and is no failure.
async function sendName(token) {
  const name = {};
  if (element("first").value.trim()) name.first = element("first").value.trim();
  if (element("last").value.trim()) name.last = element("last").value.trim();
  if (!invitation || Object.keys(name).length === 0) return "";
  const saved = await post("user/update", "Bearer " + token, name).then((answer) => answer.ok, () => false);
  return saved ? "" : " " + text("name-not-saved");
}

element("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const email = element("email");
  const password = element("password");
  if (!email.value.trim() || !email.checkValidity()) return problem(text("email-needed"), email);
  if (!password.value) return problem(text("password-needed"), password);
  problem("");
  element("send").disabled = true;
  element("send").setAttribute("aria-busy", "true");
  try {
    await send(email.value.trim(), password.value);
  } catch {
    problem(text("later"));
  }
  element("send").disabled = false;
  element("send").removeAttribute("aria-busy");
});
element("show").addEventListener("change", (event) => {
  element("password").type = event.target.checked ? "text" : "password";
});
// Another link that is opened in the same tab loads no new page.
addEventListener("hashchange", open);
open();
