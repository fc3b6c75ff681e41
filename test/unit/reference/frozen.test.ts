import { expect, it } from "vitest";
import { Q4_1 } from "../../../kernels/formats/index.ts";
import * as k from "../../../kernels/reference/index.ts";

/** Numbers between −2 and 2 from a multiplicative generator, so the same everywhere. */
function noise(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = Math.imul(state, 48271) >>> 0;
    return (state >>> 8) / 2 ** 22 - 2;
  });
}

/** FNV-1a over the bits. */
function checksum(out: Float32Array): string {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(out.buffer)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function weight(rows: number, columns: number): k.Matrix {
  const bytes = Uint8Array.from(noise((rows * columns * 20) / 32, 77), (x) => x * 64);
  for (let block = 0; block < bytes.length; block += 20) bytes.set([block & 255, 0x2c, block & 127, 0xa8], block);
  return { format: Q4_1, bytes, rows, columns };
}

/** Runs an operation that fills `length` numbers. */
function bits(length: number, fill: (out: Float32Array) => void): string {
  const out = new Float32Array(length);
  fill(out);
  return checksum(out);
}

// These bits are the definition: another order of sums, another polynomial or a fused operation changes them. Who changes
// them on purpose changes what every implementation must return.
it("the bits of every operation are as they were", () => {
  const [x, y, w, b] = [noise(300, 1), noise(300, 3), noise(100, 5), noise(100, 7)];
  const table = k.ropeTable({ positions: [5, 1000, 99999], pairs: 16, base: 10_000 });
  const matrix = weight(7, 96);
  const [keys, values] = [noise(256 * 2 * 12, 9), noise(256 * 2 * 6, 11)];
  const attention = (out: Float32Array, options: Partial<k.AttentionInput>) =>
    k.attention({
      query: noise(48, 13),
      position: 150,
      heads: 4,
      kvHeads: 2,
      keyLength: 12,
      valueLength: 6,
      scale: 1 / Math.sqrt(12),
      pageTable: [2, 0, 3],
      keys,
      values,
      out,
      ...options,
    });
  expect({
    sums: bits(3, (out) => out.set([k.dot(x, 1, y, 2, 299 - 2), k.laneSum(x, 0, 299), k.sumOfSquares(x, 3, 290)])),
    exp: bits(300, (out) => x.forEach((v, i) => (out[i] = k.exp(40 * v)))),
    tanh: bits(300, (out) => x.forEach((v, i) => (out[i] = k.tanh(v)))),
    softmax: bits(300, (out) => k.softmax(x, 3, 100, out)),
    rmsNorm: bits(300, (out) => k.rmsNorm(x, w, 1e-5, out)),
    layerNorm: bits(300, (out) => k.layerNorm(x, w, b, 1e-5, out)),
    swiglu: bits(300, (out) => k.swiglu(x, y, out)),
    geglu: bits(300, (out) => k.geglu(x, y, out)),
    geluQuick: bits(300, (out) => k.geluQuick(x, out)),
    softCap: bits(300, (out) => k.softCap(x, 1.5, out)),
    ropeTable: checksum(table.cos) + checksum(table.sin),
    rope: bits(288, (out) => k.rope(x, 3, 3, 32, 32, "adjacent", table, out)),
    ropeHalves: bits(288, (out) => k.rope(x, 3, 2, 48, 32, "halves", table, out)),
    matmulF32: bits(21, (out) => k.matmul("f32", matrix, x, 3, out)),
    matmulInt8: bits(21, (out) => k.matmul("int8", matrix, x, 3, out)),
    attention: bits(24, (out) => attention(out, {})),
    attentionSpans: bits(24, (out) =>
      attention(out, { position: 1100, pageTable: Array.from({ length: 18 }, (_, page) => (page * 5) % 4) }),
    ),
    attentionOptions: bits(24, (out) =>
      attention(out, { window: 70, softCap: 5, sinks: w.slice(0, 4), slopes: b.slice(0, 4) }),
    ),
  }).toMatchInlineSnapshot(`
    {
      "attention": "ab2ba43f",
      "attentionOptions": "aebeb7e4",
      "attentionSpans": "5e6abd69",
      "exp": "0fc9d413",
      "geglu": "224aa41d",
      "geluQuick": "1cbdee02",
      "layerNorm": "b3a26ec5",
      "matmulF32": "e24d2ab0",
      "matmulInt8": "05685ce9",
      "rmsNorm": "eedc3ba8",
      "rope": "a9fef74c",
      "ropeHalves": "85193b84",
      "ropeTable": "07fe6f169f3acfed",
      "softCap": "e021b28a",
      "softmax": "b84844d1",
      "sums": "9d494e7d",
      "swiglu": "27d55b37",
      "tanh": "ad479171",
    }
  `);
});

it("the bits of the operations of other architectures are as they were", () => {
  const [x, y, w, b] = [noise(300, 1), noise(300, 3), noise(100, 5), noise(100, 7)];
  const matrix = weight(12, 96);
  const routing = { used: 3, normalize: true, scale: 1.5 };
  const route = (out: Float32Array, options: Partial<k.Routing> & Pick<k.Routing, "gating">) =>
    k.route(x, undefined, 10, { ...routing, ...options }, out);
  const scale = { interval: 64, strength: 0.1, offset: 1 };
  const networks = { gate: { matrix }, up: { matrix }, activation: "swiglu", weighInput: false } as const;
  const down = { matrix: { ...matrix, rows: 9, columns: 32 } };
  expect({
    clamp: bits(300, (out) => k.clamp(x, 1.25, out)),
    reluSquared: bits(300, (out) => k.reluSquared(x, out)),
    sigmoid: bits(300, (out) => k.sigmoid(x, out)),
    sigmoidGate: bits(300, (out) => k.sigmoidGate(x, y.slice(0, 3), 100, out)),
    swigluClamped: bits(300, (out) => k.swigluClamped(x, y, out)),
    geluHalf: bits(300, (out) => k.geluHalf(x, out)),
    gegluHalf: bits(300, (out) => k.gegluHalf(x, y, out)),
    positionScale: bits(300, (out) => k.positionScale(x, [0, 500, 9000], scale, out)),
    layerNormHeads: bits(300, (out) => k.layerNorm(x, w, b, 1e-5, out, 50)),
    alibiSlopes: checksum(k.alibiSlopes(20, 8)),
    matmulHeads: bits(18, (out) => k.matmulHeads("int8", matrix, x, 1, 3, out.subarray(0, 12))),
    routeSoftmax: bits(300, (out) => route(out, { gating: "softmax" })),
    routeSigmoid: bits(300, (out) => route(out, { gating: "sigmoid", groups: 5, groupsUsed: 2 })),
    routeChosen: bits(300, (out) => route(out, { gating: "softmaxOfChosen", normalize: false })),
    experts: bits(9, (out) => {
      const wide = { gate: { matrix: weight(96, 96) }, up: { matrix: weight(96, 96) } };
      const [shares, hidden] = [Float32Array.of(1, 0, 2, 0, 3, 0, 0, 0, 1), new Float32Array(3 * 2 * 32)];
      k.expertHidden("int8", x.slice(0, 288), shares, 3, { ...networks, ...wide }, hidden);
      k.expertSum("int8", hidden, shares, 3, down, true, out);
    }),
  }).toMatchInlineSnapshot(`
    {
      "alibiSlopes": "f9d0b6b1",
      "clamp": "edede117",
      "experts": "80d38f72",
      "gegluHalf": "2795b0e5",
      "geluHalf": "fd09bc5d",
      "layerNormHeads": "7de9d044",
      "matmulHeads": "f213b165",
      "positionScale": "446d8967",
      "reluSquared": "8276e7b1",
      "routeChosen": "3ffc8af2",
      "routeSigmoid": "e62692fe",
      "routeSoftmax": "f6c33579",
      "sigmoid": "be2bd709",
      "sigmoidGate": "0feed0db",
      "swigluClamped": "3178115f",
    }
  `);
});
