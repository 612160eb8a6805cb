// Roster's public API, as anybody may call it.

// Who acts: their token, and the records of their account and of themselves.
export const session = { token: null, account: null, user: null };

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const basic = (name, password) => ({ authorization: "Basic " + base64(name + ":" + password) });

// Throws an error whose message is the API's own words.
async function send(method, path, headers, body) {
  headers = { "accept": "application/json", ...headers };
  if (body !== undefined) headers["content-type"] = "application/json";
  const request = { method, headers, body: JSON.stringify(body), cache: "no-store", credentials: "omit" };
  const response = await fetch(path, request).catch(() => {
    throw new Error("Roster does not answer. Start it again with cargo run.");
  });
  const text = await response.text();
  let answer = null;
  try {
    answer = text && JSON.parse(text);
  } catch {
    // No JSON: the status says all.
  }
  if (!response.ok) {
    const words = answer?.detail ?? answer?.message ?? `${method} ${path} was answered by ${response.status}.`;
    throw Object.assign(new Error(words), { status: response.status });
  }
  return { answer, next: response.headers.get("link") };
}

const token = () => ({ "x-apitoken": session.token });
// On what this page reads by itself, to show the account as it is now.
const refresh = () => ({ ...token(), "x-roster-refresh": "1" });

export const call = async (method, path, body) => (await send(method, path, token(), body)).answer;

export const read = async (path) => (await send("GET", path, refresh())).answer;

// All pages of a list.
export async function list(path) {
  const items = [];
  for (let from = path + "?limit=200"; from;) {
    const { answer, next } = await send("GET", from, refresh());
    items.push(...answer);
    const link = next?.match(/<([^>]+)>; rel="next"/)?.[1];
    const url = link && new URL(link, location.href);
    from = url && url.pathname + url.search;
  }
  return items;
}

export const logIn = async (name, password) =>
  (await send("POST", "/user/login", basic(name, password))).answer;

// With a token, a login tells whose it is.
export const whoIs = async (token) =>
  (await send("POST", "/user/login", { "x-apitoken": token })).answer;

export const makeToken = async (name, password) =>
  (await send("POST", "/auth/tokens", basic(session.user.email, password), { name })).answer;

// What this machine knows beside the API: the sample, and what has left Roster.
export const local = async (path) => (await send("GET", path, {})).answer;
