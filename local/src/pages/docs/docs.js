// The reference, logged in as one of the sample's people.

const NOBODY = "nobody";
// This tab's, so that a page that is loaded again acts as the same person.
const KEPT = "reference-person";

const select = document.getElementById("person");

async function sample() {
  const response = await fetch("/home/sample", { cache: "no-store" }).catch(() => null);
  const people = response?.ok ? await response.json() : [];
  return people.filter((person) => person.token);
}

// A credential for each of the document's security schemes.
function credentials(person) {
  return {
    token: { value: person?.token ?? "" },
    bearer: { token: person?.token ?? "" },
    basic: { username: person?.email ?? "", password: person?.password ?? "" },
  };
}

const configuration = (person) => ({
  url: "/openapi.json",
  // Each operation shows the first scheme that it takes: log-in the password, most others the token.
  authentication: { securitySchemes: credentials(person) },
  persistAuth: false,
  operationTitleSource: "summary",
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  // These would reach out to the network, or lead there.
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: "never",
});

const people = await sample();
const name = ({ first, last, email }) => [first, last].filter(Boolean).join(" ") || email;
for (const person of people) {
  const where = person.isElsewhere ? " of another account" : "";
  select.append(new Option(`${name(person)}, ${person.role}${where}`, person.email));
}
select.append(new Option("nobody", NOBODY));
const kept = sessionStorage.getItem(KEPT);
if ([...select.options].some((option) => option.value === kept)) select.value = kept;
const chosen = () => people.find((person) => person.email === select.value);

Scalar.createApiReference("#reference", configuration(chosen()));
select.addEventListener("change", () => {
  sessionStorage.setItem(KEPT, select.value);
  // What was typed for the last person must not go out for the next.
  location.reload();
});
