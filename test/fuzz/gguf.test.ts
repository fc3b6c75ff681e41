import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GgufError } from "../../src/errors.ts";
import { contentOf, defaultLimits, openGguf, serializeGguf } from "../../src/gguf/index.ts";
import type { ByteSource } from "../../src/gguf/index.ts";
import { content } from "../laws/gguf-arbitraries.ts";
import { joinChunks } from "../laws/gguf.ts";
import { property } from "../support/property.ts";
import { record } from "../support/record.ts";
import { shared } from "../support/shared.ts";
import { bytesOf, head, hostileFiles, string, tensor, u32, u64, u8 } from "./gguf-hostile.ts";
import { mutate, mutation } from "./gguf-mutations.ts";

const mebibyte = 2 ** 20;

/** Bytes that JavaScript objects and buffers take now, garbage that was not collected yet included. */
function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/**
 * Milliseconds since the call: of the clock or, where it is less, the processor, so that other work on the machine does
 * not count.
 */
function stopwatch(): () => number {
  const [start, usage] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(usage);
    return Math.min(performance.now() - start, (user + system) / 1000);
  };
}

/** A source that notes the most memory in use when it is read. */
function measuredSource(bytes: Uint8Array): ByteSource & { peak: number } {
  return {
    name: "fuzz.gguf",
    size: bytes.length,
    peak: 0,
    read(offset, length) {
      assert(offset >= 0 && length >= 0 && offset + length <= bytes.length, "a read outside the source");
      this.peak = Math.max(this.peak, memory());
      return Promise.resolve(bytes.slice(offset, offset + length));
    },
    close: () => Promise.resolve(),
  };
}

/** The worst of all files so far. */
const worst = { milliseconds: 0, bytes: 0 };

/** Opens, writes again and reads again; returns the code of the error with which the file was refused. */
async function survive(file: Uint8Array): Promise<string | undefined> {
  const [before, elapsed] = [memory(), stopwatch()];
  const source = measuredSource(file);
  let code: string | undefined;
  try {
    const gguf = await openGguf(source);
    source.peak = Math.max(source.peak, memory());
    expect(elapsed()).toBeLessThan(1000);
    const written = await joinChunks(serializeGguf(contentOf(gguf)));
    const again = await openGguf(measuredSource(written));
    assert.deepEqual([...again.metadata], [...gguf.metadata]);
    assert.deepEqual([...again.tensors.keys()], [...gguf.tensors.keys()]);
    for (const [name, info] of gguf.tensors) {
      const data = await again.readTensorAsStored(again.tensors.get(name)!);
      assert.deepEqual(data, await gguf.readTensorAsStored(info));
    }
  } catch (error) {
    if (!(error instanceof GgufError)) throw error;
    code = error.code;
    expect(error.message).toMatch(/^fuzz\.gguf: (.+ at byte \d+|tensor ".*"): .+$/);
    expect(error.message).not.toMatch(/[\r\n]/);
    source.peak = Math.max(source.peak, memory());
  }
  const milliseconds = elapsed();
  worst.milliseconds = Math.max(worst.milliseconds, milliseconds);
  worst.bytes = Math.max(worst.bytes, source.peak - before - file.length);
  expect(milliseconds).toBeLessThan(1000);
  expect(source.peak - before).toBeLessThan(64 * mebibyte + file.length);
  return code;
}

describe("GGUF reader", () => {
  for (const [name, [code, file]] of Object.entries(hostileFiles)) {
    it(`refuses ${name}`, async () => expect(await survive(file)).toBe(code));
  }

  it("survives mutated and truncated files", async () => {
    const bases = await Promise.all(
      fc.sample(content(), { numRuns: 60, seed: 7 }).map((given) => joinChunks(serializeGguf(given))),
    );
    const real = shared("golden/architectures/qwen3-dense.Q4_K_M.gguf");
    // Its head and the first of its data: mutations beyond would change weights, which no reader can notice.
    if (existsSync(real)) bases.push(Uint8Array.from(readFileSync(real)));
    const files = fc.record({
      base: fc.constantFrom(...bases),
      changes: fc.array(mutation, { minLength: 1, maxLength: 4 }),
    });
    const codes = new Map<string, number>();
    await property(
      files,
      async ({ base, changes }) => {
        const code = (await survive(changes.reduce(mutate, base))) ?? "none";
        codes.set(code, (codes.get(code) ?? 0) + 1);
      },
      { runs: 2000 },
    );
    const refused = [...codes].reduce((sum, [code, count]) => sum + (code === "none" ? 0 : count), 0);
    const total = refused + (codes.get("none") ?? 0);
    record(
      "fuzz: GGUF files mutated or cut",
      `${total}: ${refused} refused with ${codes.size - 1} codes, no crash`,
      "20,000",
    );
    record("fuzz: slowest GGUF file", `${worst.milliseconds.toFixed(0)} ms`, "≤ 1 s");
    record("fuzz: most memory above the input", `${(worst.bytes / mebibyte).toFixed(1)} MiB`, "≤ 64 MiB");
    // Were all files refused by the first check, or none, this would test nothing.
    expect(codes.get("none")).toBeGreaterThan(50);
    expect(codes.size).toBeGreaterThan(10);
  }, 600_000);

  /** As many as the limits allow of the smallest things that become an object each. */
  const { arrays, keys, strings, tensors } = defaultLimits;
  const array = (elementType: number, count: number, elements: Uint8Array) =>
    bytesOf(head(0, 1), string("k"), u32(9, elementType), u64(count), elements);
  const swarms: Record<string, Uint8Array> = {
    "arrays of one string": array(9, arrays - 1, repeat(arrays - 1, bytesOf(u32(8), u64(1), string("ab")))),
    "short strings": array(8, strings, repeat(strings, string("ab"))),
    bools: array(7, 2 ** 24, new Uint8Array(2 ** 24)),
    keys: bytesOf(
      head(0, keys),
      many(keys, (i) => bytesOf(string(String(i)), u32(7), u8(1))),
    ),
    tensors: bytesOf(
      head(tensors, 0),
      many(tensors, (i) => tensor(String(i), [0, 0, 0, 0], 0, 0)),
    ),
  };
  for (const [name, file] of Object.entries(swarms)) {
    it(`holds a swarm of ${name}`, async () => {
      const before = memory();
      const source = measuredSource(file);
      const elapsed = stopwatch();
      await openGguf(source);
      expect(elapsed()).toBeLessThan(1000);
      expect(Math.max(source.peak, memory()) - before).toBeLessThan(64 * mebibyte + file.length);
    });
  }

  it("refuses swarms that are larger", async () => {
    const zeros = new Uint8Array(2 ** 24);
    for (const file of [array(9, arrays, zeros), array(8, strings + 1, zeros)]) {
      expect(await survive(file)).toBe("TOO_LARGE");
    }
  });
});

function repeat(count: number, bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(Buffer.alloc(count * bytes.length, bytes));
}

function many(count: number, make: (i: number) => Uint8Array): Uint8Array {
  return Uint8Array.from(Buffer.concat(Array.from({ length: count }, (_, i) => make(i))));
}
