import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { describe, expect } from "vitest";
import { contentOf, fileSource, openGguf, serializeGguf } from "../../src/gguf/index.ts";
import { itShared, shared, smollm2 } from "../support/shared.ts";

async function hash(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const sum = createHash("sha256");
  for await (const chunk of chunks) sum.update(chunk);
  return sum.digest("hex");
}

async function filesUnder(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith(".gguf")).map((name) => `${folder}/${name}`);
}

describe("GGUF files that llama.cpp made", () => {
  itShared("are written again with the same bytes", async () => {
    const paths = [smollm2, ...(await filesUnder(shared("golden")))];
    expect(paths.length).toBeGreaterThan(20);
    for (const path of paths) {
      const gguf = await openGguf(await fileSource(path));
      const written = await hash(serializeGguf(contentOf(gguf)));
      await gguf.close();
      expect(written, path).toBe(await hash(createReadStream(path)));
    }
  });

  itShared("are read fast: the real model's metadata in at most 150 ms", async () => {
    // The best of three, since other programs may run beside the test.
    let milliseconds = Infinity;
    let gguf = await openGguf(await fileSource(smollm2));
    for (let i = 0; i < 3; i++) {
      await gguf.close();
      const start = performance.now();
      gguf = await openGguf(await fileSource(smollm2));
      milliseconds = Math.min(milliseconds, performance.now() - start);
    }
    await gguf.close();
    expect(gguf.metadata.strings("tokenizer.ggml.tokens").length).toBe(49152);
    expect(gguf.metadata.string("general.architecture")).toBe("llama");
    expect(gguf.tensors.get("token_embd.weight")).toMatchObject({ shape: [576, 49152], dtype: { name: "Q8_0" } });
    expect(milliseconds).toBeLessThan(150);
  });
});
