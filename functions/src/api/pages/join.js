"use strict";
const base64 = (string) => btoa(String.fromCharCode(...new TextEncoder().encode(string)));

let code = "";
let invitation = true;
let token = "";

function open() {
  const link = takeLink();
  code = link.get("code") ?? "";
  token = "";
  invitation = !code.startsWith("rsv_");
  for (const part of document.querySelectorAll(".for-invitation")) part.hidden = !invitation;
  for (const part of document.querySelectorAll(".for-verification")) part.hidden = invitation;
  if (code === "") return fail("missing", false);
  title(invitation ? "heading-invitation" : "heading-verification");
  // The code is good for this address and no other.
  const email = element("email");
  email.value = link.get("email") ?? "";
  email.readOnly = email.value !== "";
  element("password").autocomplete = invitation ? "new-password" : "current-password";
  show("join");
}

function succeed(message) {
  element("fresh").hidden = true;
  code = "";
  finish(message, true);
  const credential = element("credential");
  if (!credential) return;
  credential.hidden = false;
  element("revealed").hidden = true;
  element("token").value = "";
  element("reveal").setAttribute("aria-expanded", "false");
}

// Who cannot go on with this link is told how to get another: by whom they were invited, or in the app.
function fail(name, leads, fresh = invitation) {
  code = "";
  const credential = element("credential");
  if (credential) credential.hidden = true;
  element("fresh").hidden = !fresh;
  const mail = new URLSearchParams({ subject: text("subject"), body: element("request").textContent });
  element("write").href = "mailto:?" + mail.toString().replaceAll("+", "%20");
  finish(text(name), leads);
}

async function send(email, password) {
  const body = invitation ? { invite: code, register: true } : { invite: code };
  const answer = await post("user/login", body, "Basic " + base64(email + ":" + password));
  if (answer.ok) {
    token = (await answer.json()).token.token;
    const more = await sendName();
    return succeed(text(invitation ? "joined" : "confirmed") + more);
  }
  const failure = await answer.json().catch(() => ({}));
  if (answer.status === 410 && failure.code === "code_expired") {
    return fail(invitation ? "expired" : "verification-expired", !invitation);
  }
  if (answer.status === 410) return fail(invitation ? "used" : "verification-used", true);
  if (answer.status === 409) return fail(invitation ? "elsewhere" : "verification-elsewhere", true, false);
  if (failure.field === "invite") return fail("unknown", false);
  if (failure.field === "password") return weak(failure.detail);
  if (answer.status === 401) return problem(text("password-wrong"), element("password"));
  if (answer.status === 429) return problem(text("locked").replace("{minutes}", minutes(answer)));
  problem(text("later"));
}

// By now they have joined: a name that cannot be saved is said, and is no failure.
async function sendName() {
  const name = {};
  if (element("first").value.trim()) name.first = element("first").value.trim();
  if (element("last").value.trim()) name.last = element("last").value.trim();
  if (!invitation || Object.keys(name).length === 0) return "";
  const saved = await post("user/update", name, "Bearer " + token).then((answer) => answer.ok, () => false);
  return saved ? "" : " " + text("name-not-saved");
}

onSubmit("join", async () => {
  const email = element("email");
  const password = element("password");
  if (!email.value.trim() || !email.checkValidity()) return problem(text("email-needed"), email);
  if (!password.value) return problem(text("password-needed"), password);
  problem("");
  await send(email.value.trim(), password.value);
});
element("reveal")?.addEventListener("click", () => {
  element("token").value = token;
  element("revealed").hidden = false;
  element("reveal").setAttribute("aria-expanded", "true");
  element("token").select();
});
// Another link that is opened in the same tab loads no new page.
addEventListener("hashchange", open);
open();
