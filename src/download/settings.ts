import { environmentVariable, homeFolder, readSmallText } from "../platform/index.ts";

/** How models are fetched. What is left out, the environment says, by the names of the Hugging Face tools. */
export interface DownloadOptions {
  /** The cache folder. Default: `HF_HUB_CACHE`, else `hub` in `HF_HOME`, else `~/.cache/huggingface/hub`. */
  readonly cacheFolder?: string | undefined;
  /** The hub's address. Default: `HF_ENDPOINT`, else `https://huggingface.co`. */
  readonly endpoint?: string | undefined;
  /** An access token of the hub. Default: `HF_TOKEN`, else what `hf auth login` stored. Sent to the hub only. */
  readonly token?: string | undefined;
  /** Use only what is in the cache. Default: `HF_HUB_OFFLINE`. */
  readonly offline?: boolean | undefined;
  /** Milliseconds without a byte until a connection counts as broken. Default: `HF_HUB_DOWNLOAD_TIMEOUT`, else 10 s. */
  readonly timeoutMs?: number | undefined;
  /** Broken connections in a row, each of which brought nearly nothing, until it is given up. Default: 5. */
  readonly retries?: number | undefined;
  /** Milliseconds before the first new try; each further pause is twice as long. Default: 500. */
  readonly retryDelayMs?: number | undefined;
  /** Milliseconds after which another process's lock that shows no life is taken over. Default: 15 s. */
  readonly staleLockMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Used instead of the runtime's `fetch`. */
  readonly fetch?: typeof fetch | undefined;
}

/** The options with everything that was left out. */
export interface Settings {
  readonly cacheFolder: string;
  /** Where files of other servers lie. */
  readonly urlFolder: string;
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly offline: boolean;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly retryDelayMs: number;
  readonly staleLockMs: number;
  readonly signal: AbortSignal | undefined;
  readonly fetch: typeof fetch;
}

/**
 * Source: huggingface_hub's documentation, "Environment variables".
 */
export async function settingsOf(options: DownloadOptions = {}): Promise<Settings> {
  const home = environmentVariable("HF_HOME") ?? `${await cacheHome()}/huggingface`;
  const cacheFolder =
    options.cacheFolder ??
    environmentVariable("HF_HUB_CACHE") ??
    environmentVariable("HUGGINGFACE_HUB_CACHE") ??
    `${home}/hub`;
  const timeout = Number(environmentVariable("HF_HUB_DOWNLOAD_TIMEOUT"));
  return {
    cacheFolder: await expand(cacheFolder),
    urlFolder: options.cacheFolder === undefined ? await expand(`${home}/pellucid`) : `${cacheFolder}/.pellucid`,
    endpoint: endpointOf(options),
    token: await tokenOf(options, home),
    offline: options.offline ?? /^(1|on|yes|true)$/i.test(environmentVariable("HF_HUB_OFFLINE") ?? ""),
    timeoutMs: options.timeoutMs ?? (timeout > 0 ? timeout * 1000 : 10_000),
    retries: options.retries ?? 5,
    retryDelayMs: options.retryDelayMs ?? 500,
    staleLockMs: options.staleLockMs ?? 15_000,
    signal: options.signal,
    fetch: options.fetch ?? globalThis.fetch,
  };
}

/** The hub's address without a slash at its end. */
export function endpointOf(options: DownloadOptions): string {
  const endpoint = options.endpoint ?? environmentVariable("HF_ENDPOINT") ?? "https://huggingface.co";
  return endpoint.replace(/\/+$/, "");
}

async function tokenOf(options: DownloadOptions, home: string): Promise<string | undefined> {
  const given =
    options.token ?? environmentVariable("HF_TOKEN") ?? environmentVariable("HUGGING_FACE_HUB_TOKEN") ?? undefined;
  const token = given ?? (await readSmallText(await expand(environmentVariable("HF_TOKEN_PATH") ?? `${home}/token`)));
  return token?.trim() === "" ? undefined : token?.trim();
}

async function cacheHome(): Promise<string> {
  return environmentVariable("XDG_CACHE_HOME") ?? `${await homeFolder()}/.cache`;
}

async function expand(path: string): Promise<string> {
  return /^~(?=[/\\]|$)/.test(path) ? (await homeFolder()) + path.slice(1) : path;
}
