import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { DownloadOptions } from "../../../src/download/index.ts";
import { FakeHub } from "./fake-hub.ts";

/** A hub and an empty cache for each test of a file. */
export interface Desk {
  hub: FakeHub;
  folder: string;
  options: DownloadOptions;
}

export function useDesk(): Desk {
  const desk = {} as Desk;
  beforeEach(async () => {
    desk.hub = new FakeHub();
    await desk.hub.start();
    desk.folder = mkdtempSync(join(tmpdir(), "pellucid-hub-"));
    const { endpoint } = desk.hub;
    const fast = { timeoutMs: 2000, retries: 2, retryDelayMs: 5, staleLockMs: 1000 };
    desk.options = { cacheFolder: desk.folder, endpoint, token: "", offline: false, ...fast };
  });
  afterEach(() => {
    desk.hub.stop();
    rmSync(desk.folder, { recursive: true, force: true });
  });
  return desk;
}

/** All files of a folder, links as what they lead to. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

export const contentOf = (path: string) => Uint8Array.from(readFileSync(path));
