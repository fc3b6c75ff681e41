import { lstatSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { cachedModel, downloadModel } from "../../../src/download/index.ts";
import type * as Platform from "../../../src/platform/index.ts";
import { contentOf, filesIn, useDesk } from "./desk.ts";
import { fakeGguf, sha256 } from "./fake-hub.ts";

const fault = vi.hoisted(() => ({ links: true, room: Infinity }));
vi.mock("../../../src/platform/index.ts", async (original) => {
  const platform = await original<typeof Platform>();
  return {
    ...platform,
    makeLink: (target: string, path: string) =>
      fault.links ? platform.makeLink(target, path) : Promise.reject(Object.assign(new Error("no"), { code: "EPERM" })),
    openWritable: async (path: string, create: boolean) => {
      const file = await platform.openWritable(path, create);
      return {
        close: (flush: boolean) => file.close(flush),
        write: (bytes: Uint8Array, offset: number) =>
          offset + bytes.length <= fault.room
            ? file.write(bytes, offset)
            : Promise.reject(Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" })),
      };
    },
  };
});

const desk = useDesk();
const model = "hf:some/repo/model.gguf";
const bytes = fakeGguf(3_000_000);
afterEach(() => Object.assign(fault, { links: true, room: Infinity }));

describe("a disk", () => {
  it("that is full is told; with room again it goes on from there", async () => {
    desk.hub.files.set("some/repo/model.gguf", { bytes });
    fault.room = 1_000_000;
    await expect(downloadModel(model, desk.options)).rejects.toMatchObject({
      name: "DownloadError",
      code: "DISK_FULL",
      message: expect.stringMatching(/^[^\n]*the disk is full: free some space, or set HF_HOME[^\n]*$/) as string,
    });
    expect(filesIn(desk.folder)).toEqual([`models--some--repo/blobs/${sha256(bytes)}.pellucid.incomplete`]);
    expect(desk.hub.transfers).toHaveLength(1);
    fault.room = Infinity;
    expect(contentOf((await downloadModel(model, desk.options)).path)).toEqual(bytes);
    expect(desk.hub.transfers.at(-1)).not.toMatch(/bytes=0-$/);
  });

  it("without links holds the file by its name, once", async () => {
    desk.hub.files.set("some/repo/model.gguf", { bytes });
    fault.links = false;
    const { path } = await downloadModel(model, desk.options);
    expect(lstatSync(path).isSymbolicLink()).toBe(false);
    expect(contentOf(path)).toEqual(bytes);
    const { commit } = desk.hub;
    const names = ["refs/main", `snapshots/${commit}/model.gguf`].map((name) => `models--some--repo/${name}`);
    expect(filesIn(desk.folder)).toEqual(names);
    expect((await downloadModel(model, desk.options)).path).toBe(path);
    expect(await cachedModel(model, desk.options)).toBe(path);
    expect(desk.hub.transfers).toHaveLength(1);
  });

  it("where the cache can't be written is told", async () => {
    desk.hub.files.set("some/repo/model.gguf", { bytes });
    const cacheFolder = join(desk.folder, "file/cache");
    writeFileSync(join(desk.folder, "file"), "");
    const refused = { code: "UNWRITABLE", message: expect.stringContaining("set HF_HOME") as string };
    await expect(downloadModel(model, { ...desk.options, cacheFolder })).rejects.toMatchObject(refused);
  });
});
