import { existsSync } from "node:fs";
import { join } from "node:path";
import { Skipped } from "../../bench.ts";
import { cached, root } from "../../support/folders.ts";
import { installedVersion, npmInstall } from "../../support/npm.ts";
import { runProgram } from "../../support/process.ts";
import { serve } from "./serve.ts";

const folder = import.meta.dirname;

/** `CHROMIUM`, or where Debian puts it. */
const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** No sandbox, because it can't be had as root; nothing that talks to a network. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface PageSettings {
  readonly threads: number;
  readonly promptTokens: number;
  readonly generateTokens: number;
  readonly repetitions: number;
  readonly vocabularySize: number;
  readonly kernels?: "reference" | "wasm" | undefined;
}

export interface PageResult {
  readonly prefill: readonly number[];
  readonly decode: readonly number[];
  /** How many threads wllama says it used. */
  readonly threads?: number;
}

/** The part of playwright-core that is used, which is installed only with this peer. */
interface Playwright {
  chromium: { launch(options: { executablePath: string; args: readonly string[] }): Promise<Browser> };
}
interface Browser {
  newPage(): Promise<{
    goto(url: string): Promise<unknown>;
    waitForFunction(code: string, argument: undefined, options: { timeout: number }): Promise<unknown>;
    evaluate(code: string): Promise<unknown>;
    on(event: "pageerror", listener: (error: Error) => void): void;
  }>;
  close(): Promise<void>;
}

export interface Peer {
  readonly versions: Readonly<Record<string, string>>;
  /** Measures one engine in a browser started for it, with a fresh profile. */
  measure(engine: "ours" | "wllama", model: string, settings: PageSettings): Promise<PageResult>;
}

/**
 * Installs wllama, bundles the page with this library's sources.
 * @throws Skipped where there is no Chromium
 */
export async function preparePages(onProgress: (text: string) => void): Promise<Peer> {
  if (!existsSync(chromium)) throw new Skipped(`${chromium} is not there; install Chromium or set CHROMIUM`);
  const version = await runProgram(chromium, ["--version", "--no-sandbox"]);
  onProgress("wllama: installing");
  await npmInstall(folder);
  const page = cached("wllama", "page.js");
  await bundle(page);
  const playwright = (await import(join(folder, "node_modules/playwright-core/index.mjs"))) as Playwright;
  return {
    versions: {
      Chromium: /[\d.]+/.exec(version.stdout)?.[0] ?? "?",
      wllama: installedVersion(folder, "@wllama/wllama"),
    },
    measure: (engine, model, settings) => measure(playwright, page, engine, model, settings),
  };
}

async function bundle(outfile: string): Promise<void> {
  const { build } = await import("esbuild");
  await build({
    entryPoints: [join(folder, "page.js")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    // A page reads no hub.
    external: ["node:*", "@huggingface/hub"],
    logLevel: "error",
    absWorkingDir: root,
  });
}

async function measure(
  { chromium: launcher }: Playwright,
  page: string,
  engine: string,
  model: string,
  settings: PageSettings,
): Promise<PageResult> {
  const wasm = join(folder, "node_modules/@wllama/wllama/esm/wasm/wllama.wasm");
  const server = await serve({ "/page.js": page, "/wllama.wasm": wasm, "/model.gguf": model });
  // Playwright gives every launch a new profile folder, and passes --headless itself.
  const browser = await launcher.launch({ executablePath: chromium, args: flags });
  try {
    const tab = await browser.newPage();
    const errors: string[] = [];
    tab.on("pageerror", (error) => errors.push(error.message));
    await tab.goto(server.url);
    await tab
      .waitForFunction("globalThis.measure !== undefined", undefined, { timeout: 30_000 })
      .catch((error: unknown) => {
        throw new Error(`the page did not load: ${errors.join("; ") || String(error)}`);
      });
    const call = `measure(${JSON.stringify(engine)}, ${JSON.stringify(settings)})`;
    return (await tab.evaluate(call)) as PageResult;
  } finally {
    await browser.close();
    server.close();
  }
}
