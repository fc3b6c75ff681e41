import { existsSync } from "node:fs";
import { lstat, mkdtemp, readFile, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as platform from "../../../src/platform/index.ts";

let folder = "";
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "platform-"))));
afterAll(() => rm(folder, { recursive: true }));

describe("the platform", () => {
  it("knows where it runs", () => {
    expect(platform.runtime()).toEqual({ name: "node", version: process.versions.node });
    expect(platform.availableProcessors()).toBeGreaterThanOrEqual(1);
    const { current, peak } = platform.processMemory();
    expect(current).toBeGreaterThan(10e6);
    expect(peak).toBeGreaterThanOrEqual(current! / 2);
    expect(peak).toBeLessThan(1e12);
  });

  it("writes files that are read back, and knows which are there", async () => {
    const path = join(folder, "a");
    await platform.writeFileAtomically(path, (async function* () {
      yield await Promise.resolve(Uint8Array.of(1, 2));
      yield Uint8Array.of(3);
    })()); // prettier-ignore
    expect(await readdir(folder)).toEqual(["a"]);
    expect(await platform.fileExists(path)).toBe(true);
    expect(await platform.fileExists(join(folder, "b"))).toBe(false);
    const file = await platform.openFile(path);
    expect(file.size).toBe(3);
    expect([...(await file.read(1, 10))]).toEqual([2, 3]);
    await expect(file.read(0, 1, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
    await file.close();
  });

  async function* chunks() {
    yield await Promise.resolve(Uint8Array.of(7));
  }

  it("writes what a link names, and leaves the link", async () => {
    const [link, target] = [join(folder, "link"), join(folder, "target")];
    await platform.writeFileAtomically(target, chunks());
    await symlink(target, link);
    await platform.writeFileAtomically(link, chunks());
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect([...(await readFile(target))]).toEqual([7]);
  });

  const full = "/dev/full";
  (existsSync(full) ? it : it.skip)(
    "writes to a device, not in its place [skipped: no device is always full here]",
    async () => {
      const link = join(folder, "full"); // A link, so that a mistake here can't hurt the device.
      await symlink(full, link);
      await expect(platform.writeFileAtomically(link, chunks())).rejects.toMatchObject({ code: "ENOSPC" });
      expect((await lstat(link)).isSymbolicLink()).toBe(true);
    },
  );
});
