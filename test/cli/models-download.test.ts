import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { tinyLlama } from "../support/tiny-llama.ts";
import { cutAfter, FakeHub, fakeGguf, whole } from "../unit/download/fake-hub.ts";
import { runCommand, runForJson, startCommand, ended } from "./run-command.ts";

const hub = new FakeHub();
let home = "";
beforeAll(() => hub.start());
beforeEach(() => {
  if (home !== "") rmSync(home, { recursive: true });
  home = mkdtempSync(join(tmpdir(), "pellucid-home-"));
  for (const name of ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN", "HF_HUB_OFFLINE"]) {
    Reflect.deleteProperty(process.env, name);
  }
  Object.assign(process.env, { HF_HOME: home, HF_ENDPOINT: hub.endpoint });
  hub.log.length = 0;
  hub.files.clear();
  hub.refusal = undefined;
});
afterAll(() => {
  hub.stop();
  rmSync(home, { recursive: true });
});

const model = "hf:some/repo/tiny.gguf";
const addTiny = async () => {
  hub.files.set("some/repo/tiny.gguf", { bytes: Uint8Array.from(await tinyLlama()) });
};

describe("a MODEL of the hub", () => {
  it("is downloaded by generate, and there is nothing on standard error where nobody watches", async () => {
    await addTiny();
    const options = ["--tokens", "1,2,3", "--max-tokens", "2", "--temperature", "0", "--kernels", "reference"];
    const first = await runForJson(["generate", model, ...options, "--json"]);
    expect(first).toMatchObject({ prompt_tokens: [1, 2, 3] });
    expect(hub.transfers).toHaveLength(1);
    await runForJson(["generate", model, ...options, "--json"]);
    expect(hub.transfers).toHaveLength(1);
  });

  it("is looked at by info without a download", async () => {
    await addTiny();
    const info = (await runForJson(["info", model, "--json"])) as { metadata: Record<string, unknown> };
    expect(info.metadata["general.name"]).toBe("tiny");
    expect(existsSync(join(home, "hub"))).toBe(false);
  });

  it("is brought by download, which says where it is; the token is the file's", async () => {
    await addTiny();
    hub.token = "hf_file";
    hub.refusal = { status: 401, code: "GatedRepo" };
    const refused = await runCommand(["download", model]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^pellucid: hf:some\/repo\/tiny\.gguf: [^\n]*accept the terms[^\n]*\n$/);
    writeFileSync(join(home, "token"), "hf_file\n");
    const { stdout, code } = await runCommand(["download", model]);
    expect(code).toBe(0);
    expect(Uint8Array.from(readFileSync(stdout.trim()))).toEqual(hub.files.get("some/repo/tiny.gguf")!.bytes);
    const json = await runForJson(["download", model, "--json"]);
    expect(json).toEqual({ path: stdout.trim(), files: [stdout.trim()] });
  });

  it("is left for later by Ctrl-C, and gone on with", async () => {
    const bytes = fakeGguf(300_000);
    const hangs: typeof whole = (asked, response) => {
      if (asked.count > 0) whole(asked, response);
      else response.writeHead(206, { "content-range": `bytes 0-299999/300000` }).write(bytes.subarray(0, 100_000));
    };
    hub.files.set("some/repo/big.gguf", { bytes, answer: hangs });
    const child = startCommand(["download", "hf:some/repo/big.gguf"]);
    const result = ended(child);
    while (hub.transfers.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill("SIGINT");
    expect(await result).toEqual({ code: 130, stdout: "", stderr: "" });
    const { stdout } = await runCommand(["download", "hf:some/repo/big.gguf"]);
    expect(Uint8Array.from(readFileSync(stdout.trim()))).toEqual(bytes);
    expect(hub.transfers.at(-1)).toMatch(/bytes=100000-$/);
  });

  it("a URL is downloaded too", async () => {
    const bytes = fakeGguf(100_000);
    hub.files.set("a.gguf", { bytes, answer: (asked, response) => (asked.count === 1 ? cutAfter(50_000) : whole)(asked, response) }); // prettier-ignore
    const { stdout } = await runCommand(["download", `${hub.cdn}/plain/a.gguf`]);
    expect(stdout).toContain(join(home, "pellucid"));
    expect(Uint8Array.from(readFileSync(stdout.trim()))).toEqual(bytes);
  });

  it("that is none is refused", async () => {
    expect(await runCommand(["download", "model.gguf"])).toMatchObject({ code: 2, stdout: "" });
    const bad = await runCommand(["info", "hf:nothing"]);
    expect(bad.stderr).toMatch(/^pellucid: "hf:nothing" can't be read: write hf:owner\/repo[^\n]*\n$/);
    expect(hub.log).toEqual([]);
  });
});

interface Listed {
  readonly name: string;
  readonly model: string;
  readonly path: string | null;
}

describe("models", () => {
  it("lists good models, without the network, and which are here", async () => {
    const all = (await runForJson(["models", "--json"])) as Listed[];
    expect(all.length).toBeGreaterThan(10);
    expect(all.every(({ path }) => path === null)).toBe(true);
    const wanted = all.find(({ name }) => name === "smollm2-135m")!;
    const [, repo, file] = /^hf:([^/]+\/[^/]+)\/(.+)$/.exec(wanted.model)!;
    const folder = join(home, "hub", `models--${repo.replace("/", "--")}`);
    const path = join(folder, "snapshots", "a".repeat(40), file);
    mkdirSync(dirname(path), { recursive: true });
    mkdirSync(join(folder, "refs"));
    writeFileSync(path, "x");
    writeFileSync(join(folder, "refs/main"), "a".repeat(40));
    expect(await runForJson(["models", "--cached", "--json"])).toEqual([{ ...wanted, path }]);
    const { stdout, stderr, code } = await runCommand(["models"]);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toMatch(/^MODEL +SIZE +MEMORY +LICENCE +TEMPLATE +FOR$/m);
    expect(stdout).toMatch(/^smollm2-135m \* +92 MB +250 MB +Apache-2.0 +ChatML +the smallest that talks/m);
    expect(stdout).toContain(wanted.model);
    expect(hub.log).toEqual([]);
  });

  it("explain themselves, and are what a story is followed by", async () => {
    for (const name of ["models", "download"]) {
      const { stdout } = await runCommand([name, "--help"]);
      expect(stdout).toMatch(new RegExp(`Examples:\\n  pellucid ${name}`));
    }
    const { stderr } = await runCommand(["start"]);
    expect(stderr).toContain("npx pellucid models");
    expect(stderr).toMatch(/npx pellucid chat hf:/);
  });
});

describe("models/catalogue.json", () => {
  const text = readFileSync(join(import.meta.dirname, "../../models/catalogue.json"), "utf8");
  const { models } = JSON.parse(text) as { models: Record<string, unknown>[] };

  it("describes every model in full, the smallest first, with room for its weights", () => {
    const sizes = models.map(({ megabytes }) => megabytes as number);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(new Set(models.map(({ name }) => name)).size).toBe(models.length);
    for (const entry of models) {
      for (const key of ["name", "repo", "file", "licence", "template", "for"]) expect(entry[key]).toMatch(/\S/);
      expect(entry.repo).toMatch(/^[\w.-]+\/[\w.-]+$/);
      expect(entry.file).toMatch(/^[\w./-]+\.gguf$/);
      expect(entry.memoryMegabytes).toBeGreaterThan(entry.megabytes as number);
    }
  });
});
