import createClient, { type Client, type ClientOptions } from "openapi-fetch";
import type { components, paths } from "./schema.js";

/** Roster's operations, by method and path: `roster.GET("/auth/me")`. */
export type Roster = Client<paths>;

/** The bodies of requests and responses, by the names that they have in the OpenAPI document. */
export type Schemas = components["schemas"];

/** A client of the Roster at `baseUrl`. `headers` has the credential; `fetch` replaces the global one. */
export function createRoster(options: ClientOptions & { baseUrl: string }): Roster {
  return createClient<paths>(options);
}
