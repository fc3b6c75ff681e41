import { lstatSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cachedModel, downloadModel } from "../../../src/download/index.ts";
import { type DownloadProgress, loadModel } from "../../../src/index.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";
import { contentOf, filesIn, useDesk } from "./desk.ts";
import { fakeGguf, sha256 } from "./fake-hub.ts";

const desk = useDesk();
const model = "hf:some/repo/model.gguf";

function add(name = "some/repo/model.gguf", bytes = fakeGguf(300_000)): Uint8Array {
  desk.hub.files.set(name, { bytes });
  return bytes;
}

describe("a model of the hub", () => {
  it("comes into the cache as the Hugging Face tools lay it out", async () => {
    const bytes = add();
    const steps: DownloadProgress[] = [];
    const { path, files } = await downloadModel(model, { ...desk.options, onProgress: (step) => steps.push(step) });
    const { commit } = desk.hub;
    const repo = "models--some--repo";
    expect(filesIn(desk.folder)).toEqual([
      `${repo}/blobs/${sha256(bytes)}`,
      `${repo}/refs/main`,
      `${repo}/snapshots/${commit}/model.gguf`,
    ]);
    expect(path).toBe(join(desk.folder, repo, "snapshots", commit, "model.gguf"));
    expect(files).toEqual([path]);
    expect(readlinkSync(path)).toBe(`../../blobs/${sha256(bytes)}`);
    expect(readFileSync(join(desk.folder, repo, "refs/main"), "utf8")).toBe(commit);
    expect(contentOf(path)).toEqual(bytes);
    expect(steps[0]).toEqual({ name: model, loadedBytes: 0, totalBytes: bytes.length });
    expect(steps.at(-1)?.loadedBytes).toBe(bytes.length);
    expect(desk.hub.transfers).toHaveLength(1);
  });

  it("in a folder has a link that leads there", async () => {
    const bytes = add("some/repo/a/b c/model.gguf");
    const { path } = await downloadModel("hf:some/repo/a/b c/model.gguf", desk.options);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(contentOf(path)).toEqual(bytes);
  });

  it("is fetched once, and again where the branch has moved to another content", async () => {
    add();
    await downloadModel(model, desk.options);
    await downloadModel(model, desk.options);
    expect(desk.hub.transfers).toHaveLength(1);
    desk.hub.commit = "b".repeat(40);
    const same = await downloadModel(model, desk.options);
    expect(desk.hub.transfers).toHaveLength(1);
    expect(same.path).toContain(desk.hub.commit);
    const other = add("some/repo/model.gguf", fakeGguf(300_000, 2));
    desk.hub.commit = "c".repeat(40);
    expect(contentOf((await downloadModel(model, desk.options)).path)).toEqual(other);
  });

  it("of a commit needs no question once it is there", async () => {
    add();
    const pinned = `${model}@${"d".repeat(40)}`;
    await downloadModel(pinned, desk.options);
    desk.hub.log.length = 0;
    expect((await downloadModel(pinned, desk.options)).path).toContain("d".repeat(40));
    expect(desk.hub.log).toEqual([]);
    expect(filesIn(desk.folder).some((name) => name.includes("refs/"))).toBe(false);
  });

  it("is used from the cache where the hub is away, and where it is to stay offline", async () => {
    const bytes = add();
    await expect(downloadModel(model, { ...desk.options, offline: true })).rejects.toMatchObject({ code: "OFFLINE" });
    expect(desk.hub.log).toEqual([]);
    const { path } = await downloadModel(model, desk.options);
    desk.hub.log.length = 0;
    expect((await downloadModel(model, { ...desk.options, offline: true })).path).toBe(path);
    expect(await cachedModel(model, desk.options)).toBe(path);
    expect(desk.hub.log).toEqual([]);
    desk.hub.stop();
    expect(contentOf((await downloadModel(model, desk.options)).path)).toEqual(bytes);
    await expect(downloadModel("hf:some/repo/other.gguf", desk.options)).rejects.toMatchObject({ code: "NETWORK" });
  });

  it("is chosen by its quantisation, also offline", async () => {
    for (const kind of ["Q4_K_M", "Q4_K_S", "Q8_0"]) add(`some/repo/model-${kind}.gguf`, fakeGguf(1000, kind.length));
    add("some/repo/mmproj-Q8_0.gguf");
    add("some/repo/README.md");
    const choose = async (text: string, offline = false) =>
      (await downloadModel(text, { ...desk.options, offline })).path.replace(/^.*\//, "");
    expect(await choose("hf:some/repo:q4_k_s")).toBe("model-Q4_K_S.gguf");
    expect(await choose("hf:some/repo@main:Q8_0")).toBe("model-Q8_0.gguf");
    expect(await choose("hf:some/repo")).toBe("model-Q4_K_M.gguf");
    expect(await choose("hf:some/repo:Q8_0", true)).toBe("model-Q8_0.gguf");
    const missing = choose("hf:some/repo:Q4_K");
    await expect(missing).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining("Q4_K_S") as string }); // prettier-ignore
  });

  it("that is split comes as a whole, all parts of one commit", async () => {
    const parts = [1, 2, 3].map((i) => add(`some/repo/m-Q4_0-0000${i}-of-00003.gguf`, fakeGguf(50_000, i)));
    const steps: DownloadProgress[] = [];
    const onProgress = (step: DownloadProgress) => steps.push(step);
    const { files, path } = await downloadModel("hf:some/repo/m-Q4_0-00002-of-00003.gguf", { ...desk.options, onProgress }); // prettier-ignore
    expect(path).toMatch(/m-Q4_0-00001-of-00003\.gguf$/);
    expect(files.map(contentOf)).toEqual(parts);
    expect(steps.at(-1)).toMatchObject({ loadedBytes: 150_000, totalBytes: 150_000 });
    const asked = desk.hub.log.filter((line) => line.includes("resolve") && line.includes("bytes=0-0"));
    expect(asked.map((line) => /resolve\/([^/]+)/.exec(line)![1])).toEqual(["main", desk.hub.commit, desk.hub.commit]);
    expect(await cachedModel("hf:some/repo:Q4_0", desk.options)).toBe(path);
  });

  it("takes a content that another tool has brought", async () => {
    const bytes = add();
    const blobs = join(desk.folder, "models--some--repo/blobs");
    mkdirSync(blobs, { recursive: true });
    writeFileSync(join(blobs, sha256(bytes)), bytes);
    expect(contentOf((await downloadModel(model, desk.options)).path)).toEqual(bytes);
    expect(desk.hub.transfers).toEqual([]);
  });

  it("is asked for with the token, which stays with the hub", async () => {
    add();
    desk.hub.token = "hf_secret";
    desk.hub.refusal = { status: 401, code: "GatedRepo" };
    const gated = downloadModel(model, desk.options);
    await expect(gated).rejects.toMatchObject({ name: "DownloadError", code: "GATED" });
    await downloadModel(model, { ...desk.options, token: "hf_secret" });
    expect(desk.hub.cdnAuthorizations).toEqual([undefined]);
  });

  it.each([
    [401, "RepoNotFound", "NOT_FOUND", "no such repository; if it is private, set HF_TOKEN"],
    [401, undefined, "UNAUTHORIZED", "set HF_TOKEN"],
    [403, "GatedRepo", "GATED", "accept the terms"],
    [403, undefined, "FORBIDDEN", "403"],
    [404, "EntryNotFound", "NOT_FOUND", "no such file"],
    [404, "RevisionNotFound", "NOT_FOUND", "no such revision"],
    [400, undefined, "HTTP_ERROR", "400"],
    [503, undefined, "NETWORK", "503"],
  ])("is refused in one line for %i %s", async (status, code, expected, words) => {
    add();
    desk.hub.refusal = { status, ...(code !== undefined && { code }) };
    const refused = await downloadModel(model, desk.options).catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ name: "DownloadError", code: expected });
    expect((refused as Error).message).toMatch(/^hf:some\/repo\/model\.gguf: [^\n]+$/);
    expect((refused as Error).message).toContain(words);
    expect(filesIn(desk.folder)).toEqual([]);
  });

  it("is opened by loadModel", async () => {
    desk.hub.files.set("some/repo/tiny.gguf", { bytes: Uint8Array.from(await tinyLlama()) });
    const loaded = await loadModel("hf:some/repo/tiny.gguf", { download: desk.options, kernels: "reference" });
    expect(loaded.gguf.metadata.string("general.name")).toBe("tiny");
    await loaded.close();
  });
});
