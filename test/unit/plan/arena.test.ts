import { expect, it } from "vitest";
import { Arena } from "../../../src/plan/arena.ts";

it("blocks lie at cache lines, those of 64 KiB and more at memory pages, and none in another", () => {
  const arena = new Arena(false);
  let end = 0;
  for (const bytes of [4, 65536, 100, 65535, 200_000, 64]) {
    const address = arena.allocate(bytes);
    expect(address % (bytes < 65536 ? 64 : 4096)).toBe(0);
    expect(address).toBeGreaterThanOrEqual(end);
    end = address + bytes;
    expect(arena.memory.buffer.byteLength).toBeGreaterThanOrEqual(end);
  }
});
