import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { takeLock } from "../../../src/download/lock.ts";
import { downloadModel } from "../../../src/download/index.ts";
import { settingsOf } from "../../../src/download/settings.ts";
import { contentOf, filesIn, useDesk } from "./desk.ts";
import { fakeGguf, rangeHeaders, sha256, whole } from "./fake-hub.ts";

const desk = useDesk();
const model = "hf:some/repo/model.gguf";
const bytes = fakeGguf(300_000);
const lockFile = () => join(desk.folder, `.locks/models--some--repo/${sha256(bytes)}.pellucid.lock`);

/** Another process that downloads the model, and prints where it is. */
function startOther(): { child: ChildProcess; printed: Promise<string> } {
  const library = new URL("../../../src/download/index.ts", import.meta.url).href;
  const code = `const { downloadModel } = await import(${JSON.stringify(library)});
    console.log((await downloadModel(${JSON.stringify(model)}, ${JSON.stringify(desk.options)})).path);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return { child, printed: new Promise((resolve) => child.on("close", () => resolve(text.trim()))) };
}

/** A server that sends a file in pieces, with pauses. */
const slowly = (pauseMs: number) => {
  desk.hub.files.set("some/repo/model.gguf", {
    bytes,
    answer: ({ from, to, bytes: all }, response) => {
      response.writeHead(206, rangeHeaders(from, to, all.length));
      const sendFrom = (at: number) => {
        response.write(all.subarray(at, at + 30_000));
        if (at + 30_000 >= all.length) response.end();
        else if (!response.destroyed) setTimeout(() => sendFrom(at + 30_000), pauseMs);
      };
      sendFrom(from);
    },
  });
};

const sizeOf = (name: string) => statSync(join(desk.folder, name)).size;

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe("two at once", () => {
  it("fetch a file once", async () => {
    slowly(50);
    const other = startOther();
    await until(() => desk.hub.transfers.length > 0);
    const progress: number[] = [];
    const onProgress = ({ loadedBytes }: { loadedBytes: number }) => progress.push(loadedBytes);
    const { path } = await downloadModel(model, { ...desk.options, onProgress });
    expect(await other.printed).toBe(path);
    expect(contentOf(path)).toEqual(bytes);
    expect(desk.hub.transfers).toHaveLength(1);
    expect(progress.at(-1)).toBe(bytes.length);
    expect(filesIn(desk.folder).filter((name) => /lock$|incomplete/.test(name))).toEqual([]);
  });

  it("go on without the one that was killed, from where it was", async () => {
    slowly(200);
    const other = startOther();
    await until(() => filesIn(desk.folder).some((name) => name.endsWith("incomplete") && sizeOf(name) > 0));
    const mine = downloadModel(model, desk.options);
    await new Promise((resolve) => setTimeout(resolve, 100));
    other.child.kill("SIGKILL");
    desk.hub.files.set("some/repo/model.gguf", { bytes, answer: whole });
    expect(contentOf((await mine).path)).toEqual(bytes);
    expect(desk.hub.transfers).toHaveLength(2);
    expect(desk.hub.transfers[1]).not.toMatch(/bytes=0-$/);
  });

  it("in one process fetch a file once", async () => {
    slowly(20);
    const both = await Promise.all([downloadModel(model, desk.options), downloadModel(model, desk.options)]);
    expect(both[0]).toEqual(both[1]);
    expect(desk.hub.transfers).toHaveLength(1);
  });
});

describe("a lock", () => {
  const leave = (text: string, ageMs: number) => {
    mkdirSync(dirname(lockFile()), { recursive: true });
    writeFileSync(lockFile(), text);
    const time = new Date(Date.now() - ageMs);
    utimesSync(lockFile(), time, time);
  };

  it("of another host is waited for, and taken over once it shows no life", async () => {
    desk.hub.files.set("some/repo/model.gguf", { bytes });
    leave(JSON.stringify({ host: "elsewhere", pid: 1 }), 0);
    const started = Date.now();
    await downloadModel(model, desk.options);
    expect(Date.now() - started).toBeGreaterThan(800);
  });

  it("of a process that is gone, or without sense and old, is taken over at once", async () => {
    const settings = await settingsOf({ ...desk.options, staleLockMs: 60_000 });
    leave(JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1 }), 0);
    await (await takeLock(lockFile(), settings)).release();
    leave("", 61_000);
    await (await takeLock(lockFile(), settings)).release();
    expect(filesIn(desk.folder)).toEqual([]);
  });

  it("is given up by who lost it, and only its owner removes it", async () => {
    mkdirSync(dirname(lockFile()), { recursive: true });
    const settings = await settingsOf({ ...desk.options, staleLockMs: 100 });
    const lock = await takeLock(lockFile(), settings);
    await lock.assertHeld();
    rmSync(lockFile());
    leave("another's", 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(lock.assertHeld()).rejects.toMatchObject({ code: "LOCK_LOST" });
    await lock.release();
    expect(filesIn(desk.folder)).toHaveLength(1);
  });

  it("that is waited for can be given up", async () => {
    leave(JSON.stringify({ host: "elsewhere", pid: 1 }), 0);
    const settings = await settingsOf({ ...desk.options, staleLockMs: 60_000, signal: AbortSignal.timeout(50) });
    await expect(takeLock(lockFile(), settings)).rejects.toMatchObject({ name: "TimeoutError" });
  });
});
