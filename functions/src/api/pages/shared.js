"use strict";
const element = (id) => document.getElementById(id);
const text = (name) => document.querySelector(`[data-text="${name}"]`).textContent;

// The code came in the fragment, which no server is sent. It goes from the address bar at once, so
// that it is neither bookmarked nor shared. Until it is used this tab keeps it, for a page that is
// loaded again; another tab never sees it.
function takeLink() {
  const fragment = location.hash.slice(1);
  const [navigation] = performance.getEntriesByType("navigation");
  let link = fragment;
  try {
    if (fragment !== "") sessionStorage.setItem(location.pathname, fragment);
    else if (navigation.type === "navigate") forgetLink();
    else link = sessionStorage.getItem(location.pathname) ?? "";
  } catch {
    // A browser that keeps nothing.
  }
  history.replaceState(null, "", location.pathname + location.search);
  return new URLSearchParams(link);
}

function forgetLink() {
  try {
    sessionStorage.removeItem(location.pathname);
  } catch {
    // There is nothing to forget.
  }
}

function title(name) {
  document.title = element("heading").textContent = text(name);
}

let shown = null;

// Shows one of the forms, and nothing else.
function show(form) {
  shown = element(form);
  for (const other of document.forms) other.hidden = other !== shown;
  element("outcome").hidden = true;
  problem("");
}

function problem(message, field) {
  shown.querySelector(".problem").textContent = message;
  for (const input of shown.querySelectorAll("input:not([type=checkbox])")) {
    if (input === field) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  field?.focus();
}

// The forms are done with. `leads` says whether it makes sense to go on to the app.
function finish(message, leads) {
  forgetLink();
  element("password").value = "";
  for (const form of document.forms) form.hidden = true;
  element("message").textContent = message;
  element("outcome").hidden = false;
  const go = element("go");
  if (go) go.parentElement.hidden = !leads;
  else element("close").hidden = !leads;
  (go && leads ? go : element("heading")).focus();
}

function post(path, body, authorization) {
  const headers = { "content-type": "application/json" };
  if (authorization) headers.authorization = authorization;
  return fetch(path, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    cache: "no-store",
    credentials: "omit",
    referrerPolicy: "no-referrer",
  });
}

// The API says in English what is wrong with a password; the page has the same in its language.
function weak(detail) {
  let translated = detail.replace(/^password /, "");
  for (const sentence of document.querySelectorAll("[data-english]")) {
    translated = translated.replace(sentence.dataset.english, sentence.textContent);
  }
  problem(text("password-weak") + " " + translated, element("password"));
}

// How long is to be waited, in whole minutes.
function minutes(answer) {
  return Math.ceil(Number(answer.headers.get("retry-after")) / 60) || 1;
}

// Does `send` when the form is sent, once at a time. The button keeps the focus meanwhile.
function onSubmit(form, send) {
  const button = element(form).querySelector("button");
  element(form).addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.hasAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    try {
      await send();
    } catch {
      problem(text("later"));
    }
    button.removeAttribute("aria-busy");
  });
}

element("show").addEventListener("change", (event) => {
  element("password").type = event.target.checked ? "text" : "password";
});
