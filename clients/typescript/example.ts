// Signs up, confirms the address, invites a colleague, renews the token and logs out:
//
//   node example.ts http://127.0.0.1:3000
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createRoster, type Schemas } from "roster-client";

const baseUrl = process.argv[2] ?? "http://127.0.0.1:3000";
const username = `grace-${Date.now()}`;
const email = `${username}@example.com`;
const password = "nanoseconds-of-wire-1947";

/** A 503 says that nobody knows whether the request was done: it is sent again, as it was, when it says. */
async function patientFetch(request: Request): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(request.clone());
    if (response.status !== 503 || attempt === 5) return response;
    await sleep(1000 * Number(response.headers.get("retry-after") ?? 1));
  }
}

/** With a key of its own, a request that is sent again is not done twice. */
const once = () => ({ header: { "Idempotency-Key": randomUUID() } });

const as = (authorization: string) =>
  createRoster({ baseUrl, fetch: patientFetch, headers: { authorization } });

function orThrow<T>(result: { data?: T; error?: unknown; response: Response }): T {
  if (!result.response.ok) throw new Error(JSON.stringify(result.error));
  return result.data as T;
}

/** The code of the newest mail to an address: here from the outbox of `cargo run`, else from the person. */
async function codeMailedTo(address: string): Promise<string> {
  for (;;) {
    const mails: { to: string; text: string }[] = await (await fetch(`${baseUrl}/outbox`)).json();
    const code = mails.findLast((mail) => mail.to === address)?.text.match(/#code=([^&\s]+)/)?.[1];
    if (code) return code;
    await sleep(100);
  }
}

const visitor = createRoster({ baseUrl, fetch: patientFetch });
orThrow(await visitor.POST("/rest/users", { params: once(), body: { username, email, password } }));
const byPassword = as(`Basic ${Buffer.from(`${email}:${password}`).toString("base64")}`);
const invite = await codeMailedTo(email);
const login = orThrow(await byPassword.POST("/user/login", { body: { invite } }));
const first = as(`Bearer ${login.token?.token}`);
console.log(`${login.user.email} is ${login.user.role} of an account`);

const colleague = { email: `colleague-of-${email}`, role: "user", sendInvite: true } as const;
orThrow(await first.POST("/user/create", { params: once(), body: colleague }));
const people: Schemas["ManagedUser"][] = orThrow(await first.GET("/auth/users"));
for (const person of people) console.log(`${person.email} is ${person.state}`);

const again = await first.POST("/user/create", { params: once(), body: colleague });
if (again.error?.code !== "email_in_use") throw new Error(`not ${JSON.stringify(again)}`);
console.log(`invited already: ${again.error.detail}`);

const renewed = orThrow(await byPassword.POST("/user/login"));
const second = as(`Bearer ${renewed.token?.token}`);
orThrow(await first.DELETE("/auth/tokens/{id}", { params: { path: { id: "current" } } }));
orThrow(await second.DELETE("/auth/tokens/{id}", { params: { path: { id: "current" } } }));
const { response } = await second.GET("/auth/me");
console.log(`logged out: ${response.status}`);
