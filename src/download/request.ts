import { DownloadError } from "../errors.ts";
import type { Settings } from "./settings.ts";

/** A connection that could not be made or broke, or a server that is busy: worth another try. */
export class Interruption extends Error {
  override readonly name = "Interruption";
}

/** An answer, and the headers that a hub adds to its redirection to where the bytes lie (`x-linked-etag`, …). */
export interface Answer {
  readonly response: Response;
  /** A header of the last answer, or of the redirections before it. */
  readonly header: (name: string) => string | undefined;
}

const mostRedirects = 10;

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether a redirection already says enough, so that it is not followed. */
  readonly isEnough?: ((headers: Headers) => boolean) | undefined;
}

/**
 * Asks a server, and follows its redirections. By hand, since `fetch` hides their headers; so it is here too that the
 * token stays with the hub.
 * @throws Interruption, DownloadError `BAD_RESPONSE`, the signal's reason
 */
export async function request(
  address: string,
  headers: Readonly<Record<string, string>>,
  settings: Settings,
  options: RequestOptions = {},
): Promise<Answer> {
  const signal = options.signal ?? settings.signal ?? null;
  const before: Headers[] = [];
  let url = new URL(address);
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const authorization = authorizationFor(url, settings);
    const response = await settings
      .fetch(url, { headers: { ...headers, ...authorization }, redirect: "manual", signal })
      .catch((error: unknown) => {
        settings.signal?.throwIfAborted();
        throw new Interruption(reasonOf(error), { cause: error });
      });
    const header = (name: string) =>
      response.headers.get(name) ?? before.findLast((other) => other.has(name))?.get(name) ?? undefined;
    const location = response.headers.get("location");
    const redirects = [301, 302, 303, 307, 308].includes(response.status) && location !== null;
    if (!redirects || options.isEnough?.(response.headers) === true) return { response, header };
    await response.body?.cancel();
    before.push(response.headers);
    url = nextOf(url, location);
  }
  throw new DownloadError("BAD_RESPONSE", `${address}: the server redirects without end`);
}

/** The header that carries the token, for addresses of the hub. */
export function authorizationFor(url: URL, { token, endpoint }: Settings): Record<string, string> {
  const hub = new URL(endpoint).origin;
  return token !== undefined && url.origin === hub ? { authorization: `Bearer ${token}` } : {};
}

/** What a failed `fetch` says is in its cause, and mostly no more than a code. */
export function reasonOf(error: unknown): string {
  const { message, name, cause } = error as Error;
  if (name === "TimeoutError") return "the server does not answer";
  if (!(cause instanceof Error)) return message;
  const { code } = cause as { code?: string };
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "the server's name is not known; is the network there?";
  return cause.message !== "" ? cause.message : (code ?? message);
}

function nextOf(url: URL, location: string): URL {
  const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
  const allowed = next?.protocol === "https:" || (next?.protocol === "http:" && url.protocol === "http:");
  if (next !== undefined && allowed) return next;
  throw new DownloadError("BAD_RESPONSE", `${url.href}: the server redirects to ${JSON.stringify(location)}`);
}
