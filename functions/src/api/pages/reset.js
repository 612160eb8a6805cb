"use strict";
let code = "";

function open() {
  const link = takeLink();
  code = link.get("code") ?? "";
  const email = link.get("email") ?? "";
  element("name").value = element("email").value = element("address").textContent = email;
  // Password managers save the new password for this login.
  element("login").hidden = email === "";
  if (code === "") return ask();
  if (code.startsWith("rsr_")) return begin("heading-reset", "reset");
  if (code.startsWith("rsu_")) return begin("heading-undo", "undo");
  end("unknown", false, true);
}

function begin(heading, form) {
  title(heading);
  show(form);
}

// Whoever has no code that works may ask for one.
function ask() {
  code = "";
  forgetLink();
  begin("heading-forgot", "forgot");
}

function end(name, leads, again) {
  code = "";
  element("again").hidden = !again;
  finish(text(name), leads);
}

// A code that does not work, or a refusal that has nothing to do with it.
function failed(answer, failure, used, expired, again) {
  if (answer.status === 410 && failure.code === "code_expired") return end(expired, !again, again);
  if (answer.status === 410) return end(used, true, again);
  if (failure.field === "code") return end("unknown", false, true);
  if (answer.status === 429) return problem(text("busy").replace("{minutes}", minutes(answer)));
  problem(text("later"));
}

onSubmit("forgot", async () => {
  const input = element("name");
  const name = input.value.trim();
  if (name === "") return problem(text("name-needed"), input);
  problem("");
  const answer = await post("auth/password/forgot", name.includes("@") ? { email: name } : { username: name });
  if (answer.ok) return end("on-its-way", false, false);
  const failure = await answer.json().catch(() => ({}));
  if (answer.status === 400) return problem(text("name-needed"), input);
  failed(answer, failure);
});
onSubmit("reset", async () => {
  const password = element("password");
  if (!password.value) return problem(text("password-needed"), password);
  problem("");
  const answer = await post("auth/password/reset", { code, password: password.value });
  if (answer.ok) return end("saved", true, false);
  const failure = await answer.json().catch(() => ({}));
  if (failure.field === "password") return weak(failure.detail);
  failed(answer, failure, "used", "expired", true);
});
onSubmit("undo", async () => {
  problem("");
  const answer = await post("auth/email/undo", { code });
  if (answer.ok) return end("undone", true, false);
  const failure = await answer.json().catch(() => ({}));
  failed(answer, failure, "undo-used", "undo-expired", false);
});
element("again").addEventListener("click", () => {
  ask();
  element("name").focus();
});
// Another link that is opened in the same tab loads no new page.
addEventListener("hashchange", open);
open();
