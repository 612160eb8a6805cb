// Who was invited and has yet to join.

import { call, list } from "./api.js";
import { attempt, element, make, onSubmit, say, showRows, time } from "./dom.js";

export async function showInvitations() {
  showRows(element("invitations"), await list("/auth/invitations"), create, fill);
}

onSubmit(element("invite"), async () => {
  const email = element("invite-email");
  const locale = element("invite-language").value;
  await call("POST", "/api/v2/users", { email: email.value.trim(), ...(locale && { locale }) });
  const invited = email.value.trim();
  email.value = "";
  email.focus();
  return `An invitation to ${invited} is on its way.`;
});

const create = () =>
  make("li", {}, make("div", { class: "shown" }), make("p", { class: "said", role: "status" }));

function fill(row, invitation) {
  const { id, email, role, state, invitedBy, requested, expires } = invitation;
  const said = row.querySelector(".said");
  const resend = async () => {
    await call("POST", "/api/v2/users", { email });
    return "A fresh invitation is on its way. The link of the earlier one no longer works.";
  };
  // The row goes with the invitation.
  const revoke = async () => {
    await call("DELETE", `/auth/invitations/${id}`);
    say(element("invitations-said"), `The invitation of ${email} is revoked.`);
    element("invitations-title").focus();
    return "";
  };
  const button = (action, text, kind, act) =>
    make("button", { type: "button", class: kind, "data-action": action, "aria-label": `${text} ${email}`,
      onclick: (event) => attempt(said, event.currentTarget, act) }, text);
  const inviter = invitedBy ? (invitedBy.email ?? "somebody who is gone") : "nobody knows whom";
  row.querySelector(".shown").replaceChildren(
    make("strong", {}, email), make("span", { class: "badge" }, state), make("span", { class: "badge" }, role),
    make("p", { class: "hint" }, `Invited by ${inviter}, `, time(requested), "; until ", time(expires), "."),
    make("div", { class: "actions" },
      button("resend", "Resend", "quiet", resend), button("revoke", "Revoke", "danger", revoke)),
  );
}
