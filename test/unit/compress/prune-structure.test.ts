import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type StructureChoice,
  channelBlock,
  chooseStructure,
  measureStructure,
  pruneStructure,
} from "../../../src/compress/index.ts";
import { type Gguf, Metadata, bytesSource, contentOf, openGguf, serializeGguf } from "../../../src/gguf/index.ts";
import { Context, type LoadedModel, llama } from "../../../src/model/index.ts";
import { readRotaries } from "../../../src/model/rotary.ts";
import { models } from "../../golden/fixtures/architectures/models.ts";
import { randomModel } from "../../golden/fixtures/architectures/random-model.ts";
import { withModel } from "../../support/golden-architectures.ts";
import { property } from "../../support/property.ts";
import { itShared, shared } from "../../support/shared.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pellucid-prune-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const open = (bytes: Uint8Array) => openGguf(bytesSource(bytes));
const tokens = Array.from({ length: 40 }, (_, i) => (i * 37 + ((i * i) % 11)) % 64);

async function pruned(model: Uint8Array, choice: StructureChoice): Promise<Buffer> {
  await pruneStructure(model, at("out.gguf"), choice);
  return readFileSync(at("out.gguf"));
}

const forward = async (model: LoadedModel) => new Int32Array((await new Context(model).forward(tokens)).buffer);
const logitsOf = (bytes: Uint8Array) => withModel(bytes, "f32", forward);

/** The same model with some numbers of F32 tensors changed in place. */
async function edited(model: Uint8Array, change: (name: string, values: Float32Array, columns: number) => void) {
  const bytes = model.slice();
  for (const { name, dtype, shape, position, byteLength } of (await open(model)).tensors.values()) {
    if (dtype.name !== "F32") continue;
    const values = new Float32Array(bytes.slice(position, position + byteLength).buffer);
    change(name, values, shape[0]);
    bytes.set(new Uint8Array(values.buffer), position);
  }
  return bytes;
}

/** The removed channels and heads of every layer add nothing: their columns are zero. */
function withoutContributions(model: Uint8Array, channels: readonly number[], heads: readonly number[], head: number) {
  return edited(model, (name, values, columns) => {
    const clear = (places: readonly number[], length: number) => {
      for (let row = 0; row < values.length; row += columns) {
        for (const place of places) values.fill(0, row + place * length, row + (place + 1) * length);
      }
    };
    if (name.endsWith("ffn_down.weight")) clear(channels, 1);
    if (name.endsWith("attn_output.weight")) clear(heads, head);
  });
}

const subset = (length: number) => fc.subarray(Array.from({ length }, (_, i) => i));

describe("pruneStructure", () => {
  it("without layers computes what a forward pass that skips them computes, bit for bit", async () => {
    const model = await tinyLlama({ layers: 5, format: "Q8_0" });
    await property(
      subset(5).filter(({ length }) => length > 0 && length < 5),
      async (layers) => {
        const skipped = await withModel(model, "int8", async (whole, gguf) => {
          const stays = (_: unknown, i: number) => !layers.includes(i);
          const perLayer = whole.config.perLayer.filter(stays);
          const config = { ...whole.config, layers: perLayer.length, perLayer };
          const weights = { ...whole.weights, layers: whole.weights.layers.filter(stays) };
          const rotaries = (await readRotaries(gguf, whole.config, 256)).filter(stays);
          const program = await whole.backend.compile((ops) =>
            llama(ops, weights, { config, rotaries, latent: undefined }),
          );
          return forward({ ...whole, config, weights, program });
        });
        const output = await pruned(model, { layers });
        expect(await withModel(output, "int8", forward)).toEqual(skipped);
      },
      { runs: 6 },
    );
  });

  const architectures = {
    ...{ llama: models.llama, qwen2: models.qwen2, qwen3: models.qwen3, phi3: models.phi3, glm4: models.glm4 },
    "gpt-oss": models["gpt-oss"],
    fused: { ...models.llama, attention: "fused" as const },
  };
  const withFixedHeads = ["qwen2", "phi3"];
  const withExperts = ["gpt-oss"];

  it.each(Object.entries(architectures))(
    "%s without channels and heads that add nothing has the same logits, bit for bit",
    async (name, shape) => {
      const whole = await randomModel(name, shape, "copy");
      const { config } = await withModel(whole, "f32", ({ config }) => Promise.resolve({ config }));
      const { kvHeads, heads, valueLength, feedForwardLength, layers } = config;
      // Whole fours, so that every product stays in its lane of the sum.
      const quads = subset(feedForwardLength / 4).filter(
        ({ length }) => length < (withExperts.includes(name) ? 1 : feedForwardLength / 4),
      );
      const isFixed = withFixedHeads.includes(name);
      const groups = subset(kvHeads).filter(({ length }) => length < (isFixed ? 1 : kvHeads));
      await property(
        fc.tuple(quads, groups).filter(([a, b]) => a.length + b.length > 0),
        async ([fours, kv]) => {
          const channels = fours.flatMap((four) => [0, 1, 2, 3].map((k) => 4 * four + k));
          const model = await withoutContributions(whole, channels, kv, (heads / kvHeads) * valueLength);
          const each = <T>(value: T) => Array.from({ length: layers }, () => value);
          const removed = withExperts.includes(name) ? undefined : each(channels);
          const output = await pruned(model, { channels: removed, kvHeads: isFixed ? undefined : each(kv) });
          expect(await logitsOf(output)).toEqual(await logitsOf(model));
          const info = (await open(output)).tensors.get("blk.0.attn_output.weight")!;
          expect(info.shape[0]).toBe((heads - (kv.length * heads) / kvHeads) * valueLength);
        },
        { runs: 5 },
      );
    },
  );

  it("keeps rows and columns bit for bit, and writes the numbers that follow", async () => {
    const model = await tinyLlama({ layers: 3, heads: 6, kvHeads: 3, headLength: 32, biases: true, format: "F16" });
    const choice = { layers: [1], channels: [[0, 5], [1, 2], [3, 95]], kvHeads: [[1], [0], [2]] }; // prettier-ignore
    const [before, after] = [await open(model), await open(await pruned(model, choice))];
    const number = (key: string) => after.metadata.number(`llama.${key}`);
    const keys = ["block_count", "feed_forward_length", "attention.head_count", "attention.head_count_kv"];
    expect([...keys, "attention.key_length", "attention.value_length"].map(number)).toEqual([2, 94, 4, 2, 32, 32]);
    const bytes = async (gguf: Gguf, name: string) => Buffer.from(await gguf.readTensor(gguf.tensors.get(name)!));
    // Layer 2 is layer 1 now.
    const up = await bytes(before, "blk.2.ffn_up.weight");
    const row = 2 * 192;
    expect((await bytes(after, "blk.1.ffn_up.weight")).equals(Buffer.concat([up.subarray(0, 3 * row), up.subarray(4 * row, 95 * row)]))).toBe(true); // prettier-ignore
    const bias = await bytes(before, "blk.2.attn_q.bias");
    expect((await bytes(after, "blk.1.attn_q.bias")).equals(bias.subarray(0, 4 * 128))).toBe(true);
    const output = await bytes(before, "blk.0.attn_output.weight");
    const first = (await bytes(after, "blk.0.attn_output.weight")).subarray(0, 2 * 128);
    expect(first.equals(Buffer.concat([output.subarray(0, 2 * 64), output.subarray(2 * 128, 2 * 192)]))).toBe(true);
    expect((await bytes(after, "token_embd.weight")).equals(await bytes(before, "token_embd.weight"))).toBe(true);
  });

  it("takes the layers' entries out of arrays", async () => {
    const gguf = await open(await tinyLlama({ layers: 3 }));
    const content = contentOf(gguf);
    const metadata = new Metadata([
      ...[...gguf.metadata].filter(([key]) => key !== "llama.feed_forward_length"),
      ["llama.feed_forward_length", { type: "array", elementType: "uint32", value: Uint32Array.of(96, 96, 96) }],
      ["llama.kept", { type: "array", elementType: "string", value: ["a", "b", "c"] }],
    ]);
    const chunks: Uint8Array[] = [];
    for await (const chunk of serializeGguf({ ...content, metadata, size: undefined })) chunks.push(chunk);
    const after = await open(await pruned(Buffer.concat(chunks), { layers: [1] }));
    expect([...after.metadata.numbers("llama.feed_forward_length")]).toEqual([96, 96]);
    expect(after.metadata.strings("llama.kept")).toEqual(["a", "c"]);
  });

  it("refuses what is no choice of the model", async () => {
    const model = await tinyLlama({ layers: 2 });
    const choices: StructureChoice[] = [
      {},
      { layers: [0, 1] },
      { layers: [2] },
      { layers: [1, 0] },
      { layers: [0.5] },
      { channels: [[1]] },
      { channels: [[1], [1, 2]] },
      { channels: [[96], [96]] },
      { kvHeads: [[0, 1], [0, 1]] }, // prettier-ignore
    ];
    for (const choice of choices) {
      await expect(pruneStructure(model, at("none.gguf"), choice)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    const quantised = await tinyLlama({ layers: 2, format: "Q8_0" });
    const part = pruneStructure(quantised, at("none.gguf"), { channels: [[1], [1]] });
    await expect(part).rejects.toMatchObject({ code: "UNSUPPORTED_PRUNING" });
    await expect(part).rejects.toThrow('"blk.0.ffn_down.weight" is Q8_0, in blocks of 32 columns');
    const content = contentOf(await open(model));
    const stray = { ...content.tensors.at(-1)!, name: "blk.9.attn_norm.weight" };
    const chunks: Uint8Array[] = [];
    for await (const chunk of serializeGguf({ ...content, tensors: [...content.tensors, stray], size: undefined })) {
      chunks.push(chunk);
    }
    const strange = pruneStructure(Buffer.concat(chunks), at("none.gguf"), { layers: [0] });
    await expect(strange).rejects.toThrow('"blk.9.attn_norm.weight" is of no layer');
    expect(readdirSync(folder)).not.toContain("none.gguf");
  });

  itShared("refuses models whose parts it does not know, by name", async () => {
    const folder = "golden/architectures";
    const refuse = (name: string, choice: StructureChoice, part: string) =>
      expect(pruneStructure(shared(folder, `${name}.gguf`), at("none.gguf"), choice)).rejects.toMatchObject({
        code: "UNSUPPORTED_PRUNING",
        message: expect.stringContaining(part) as string,
      });
    await refuse("llama-moe.Q8_0", { channels: [[0], [0]] }, "ffn_");
    await refuse("gpt-oss-moe.Q8_0", { channels: [[0], [0]] }, "ffn_");
    await refuse("qwen3-dense.Q4_K_M", { channels: [[0], [0]] }, ", in blocks of ");
    const fixed = pruneStructure(await randomModel("qwen2", models.qwen2, "copy"), at("none.gguf"), {
      kvHeads: [[0], [0]],
    });
    await expect(fixed).rejects.toThrow("as wide as the model");
    // Every fourth layer of this one does not rotate.
    const rotating = await randomModel("smollm3", models.smollm3, "copy");
    await expect(pruneStructure(rotating, at("none.gguf"), { layers: [0] })).rejects.toThrow("follows from its number");
  });
});

describe("measureStructure and chooseStructure", () => {
  it("find the layers, channels and heads that add nothing, without which the logits are the same", async () => {
    const whole = await tinyLlama({ layers: 4 });
    const fours = [8, 9, 10, 11, 40, 41, 42, 43];
    const model = await edited(whole, (name, values, columns) => {
      if (/^blk\.2\.(ffn_down|attn_output)/.test(name)) values.fill(0);
      if (name.endsWith("ffn_gate.weight")) for (const k of fours) values.fill(0, k * columns, (k + 1) * columns);
      if (name.endsWith("attn_v.weight")) values.fill(0, 16 * columns);
    });
    const seen: number[] = [];
    const onProgress = ({ chunk }: { chunk: number }) => seen.push(chunk);
    const importance = await withModel(model, "f32", (loaded) =>
      measureStructure(loaded, tokens, { chunk: 16, onProgress }),
    );
    expect(importance.tokens).toBe(32);
    expect(seen).toEqual([1, 2]);
    expect(Math.abs(importance.layers[2])).toBeLessThan(1e-12);
    const choice = chooseStructure(importance, { layers: 1, channels: 8, kvHeads: 1 });
    expect(choice).toEqual({ layers: [2], channels: Array(4).fill(fours), kvHeads: Array(4).fill([1]) });
    expect(await logitsOf(await pruned(model, choice))).toEqual(await logitsOf(model));
  });

  it("measure what the definitions say", async () => {
    const model = await tinyLlama({ layers: 2 });
    await withModel(model, "f32", async (loaded) => {
      const found = await measureStructure(loaded, tokens, { chunk: 20 });
      const width = 64;
      const squares = { channels: new Float64Array(96), heads: new Float64Array(2) };
      let cosines = 0;
      for (const start of [0, 20]) {
        const values = new Map<string, Float32Array>();
        const keep = ({ data }: { data: Float32Array }, name: string) => void values.set(name, data.slice());
        const part = tokens.slice(start, start + 20);
        await new Context(loaded).forward(part, { taps: { "layer.*.residual": keep, "layer.1.*.*": keep } });
        const [a, b] = [values.get("layer.0.residual")!, values.get("layer.1.residual")!];
        for (let t = 0; t < 20; t++) {
          const dot = (x: Float32Array, y: Float32Array) =>
            x.subarray(t * width, (t + 1) * width).reduce((sum, value, k) => sum + value * y[t * width + k], 0);
          cosines += dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
        }
        const hidden = values.get("layer.1.feed_forward.hidden")!;
        const mixed = values.get("layer.1.attention.mixed")!;
        for (let k = 0; k < 96; k++) {
          let sum = 0;
          for (let t = 0; t < 20; t++) sum += Math.abs(hidden[t * 96 + k]);
          squares.channels[k] += (sum / 20) ** 2;
        }
        for (let group = 0; group < 2; group++) {
          let sum = 0;
          for (let t = 0; t < 20; t++) {
            for (let head = 2 * group; head < 2 * group + 2; head++) {
              sum += Math.hypot(...mixed.subarray(t * width + head * 16, t * width + (head + 1) * 16));
            }
          }
          squares.heads[group] += (sum / 20) ** 2;
        }
      }
      expect(found.layers[1]).toBeCloseTo(1 - cosines / 40, 6);
      found.channels[1]!.forEach((value, k) => expect(value).toBeCloseTo(Math.sqrt(squares.channels[k]), 6));
      found.heads[1]!.forEach((value, k) => expect(value).toBeCloseTo(Math.sqrt(squares.heads[k]), 6));
      await expect(measureStructure(loaded, tokens)).rejects.toThrow("fewer than one chunk");
    });
  });

  it("choose whole blocks of channels where asked, and refuse impossible amounts", async () => {
    const channels = [Float64Array.of(1, 9, 2, 2, 3, 0), Float64Array.of(5, 5, 1, 1, 1, 1)];
    const importance = { layers: Float64Array.of(0.3, 0.1), channels, heads: [undefined, undefined], tokens: 1 };
    expect(chooseStructure(importance, { channels: 2, channelBlock: 2 }).channels).toEqual([[4, 5], [2, 3]]); // prettier-ignore
    expect(chooseStructure(importance, { layers: 1 })).toEqual({ layers: [1] });
    for (const amount of [{}, { layers: 2 }, { channels: 6 }, { channels: 3, channelBlock: 2 }, { kvHeads: 1 }]) {
      expect(() => chooseStructure(importance, amount)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    }
    const gguf = async (format: string) => open(await tinyLlama({ layers: 1, format }));
    expect([channelBlock(await gguf("F16")), channelBlock(await gguf("Q8_0"))]).toEqual([1, 32]);
  });
});
