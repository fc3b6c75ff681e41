import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { F32 } from "../../../kernels/formats/index.ts";
import {
  type ExpertHidden,
  type ExpertMatrices,
  expertHidden,
  expertSum,
  matmul,
  type Matrix,
  route,
  swiglu,
} from "../../../kernels/reference/index.ts";
import { property } from "../../support/property.ts";
import { singles } from "./measure.ts";

const plain = { gating: "softmax", used: 2, normalize: false, scale: 1 } as const;
const routed = (logits: number[], options: Partial<Parameters<typeof route>[3]> = {}, bias?: number[]) => {
  const out = new Float32Array(logits.length);
  const biasData = bias === undefined ? undefined : Float32Array.from(bias);
  route(Float32Array.from(logits), biasData, logits.length, { ...plain, ...options }, out);
  return [...out];
};

describe("route", () => {
  it("chooses the largest, weighs them by softmax or sigmoid, and makes them add up to 1 where asked", () => {
    const logits = [0, 2, 1, -1];
    const sum = logits.reduce((total, x) => total + Math.exp(x), 0);
    expect(routed(logits)[1]).toBeCloseTo(Math.exp(2) / sum, 6);
    expect(routed(logits)[2]).toBeCloseTo(Math.exp(1) / sum, 6);
    expect(routed(logits).map((w) => w > 0)).toEqual([false, true, true, false]);
    expect(routed(logits, { gating: "sigmoid" })[1]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
    const normalised = routed(logits, { normalize: true, scale: 2.5 });
    expect(normalised[1] + normalised[2]).toBeCloseTo(2.5, 6);
    const ofChosen = routed(logits, { gating: "softmaxOfChosen" });
    expect(ofChosen[1]).toBeCloseTo(Math.exp(2) / (Math.exp(2) + Math.exp(1)), 6);
    expect(ofChosen[0]).toBe(0);
  });

  it("lets a bias decide the choice, but not the weight", () => {
    const [first, second] = [routed([0, 2, 1, -1]), routed([0, 2, 1, -1], {}, [0, 0, 0, 9])];
    expect(second.map((w) => w > 0)).toEqual([false, true, false, true]);
    expect(second[1]).toBe(first[1]);
  });

  it("chooses from the best groups only", () => {
    // Groups of two: the sums are 4, 5 and 3; the largest single score is in the third.
    const logits = [2, 2, 4.5, 0.5, 4.9, -1.9];
    expect(routed(logits, { gating: "softmaxOfChosen", used: 2, groups: 3, groupsUsed: 1 }).map((w) => w > 0)).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
    ]);
  });

  it("gives as many weights as asked for, each token by itself", () =>
    property(fc.tuple(singles(18, 30), fc.integer({ min: 1, max: 6 })), ([logits, used]) => {
      const all = new Float32Array(18);
      route(logits, undefined, 6, { ...plain, used, gating: "sigmoid" }, all);
      for (let t = 0; t < 3; t++) {
        const alone = new Float32Array(6);
        route(logits.slice(6 * t, 6 * t + 6), undefined, 6, { ...plain, used, gating: "sigmoid" }, alone);
        expect([...all.subarray(6 * t, 6 * t + 6)]).toEqual([...alone]);
        expect(alone.filter((w) => w !== 0).length).toBeLessThanOrEqual(used);
      }
    }));
});

/** Both steps, for one token. */
function experts(x: Float32Array, weights: Float32Array, net: ExpertHidden & { down: ExpertMatrices }, width: number) {
  const used = weights.filter((weight) => weight !== 0).length;
  const hidden = new Float32Array((used * net.gate.matrix.rows) / weights.length);
  expertHidden("f32", x, weights, 1, net, hidden);
  const out = new Float32Array(width);
  expertSum("f32", hidden, weights, 1, net.down, !net.weighInput, out);
  return out;
}

describe("experts", () => {
  const matrix = (values: Float32Array, rows: number, columns: number): Matrix => ({
    format: F32,
    bytes: new Uint8Array(values.slice().buffer),
    rows,
    columns,
  });
  /** Two experts, width 3, hidden length 4. */
  const networks = fc.tuple(singles(24, 2), singles(24, 2), singles(24, 2)).map(([gate, up, down]) => ({
    gate: { matrix: matrix(gate, 8, 3) },
    up: { matrix: matrix(up, 8, 3) },
    down: { matrix: matrix(down, 6, 4) },
    activation: "swiglu" as const,
    weighInput: false,
  }));
  const half = (values: Matrix, e: number): Matrix => ({
    ...values,
    rows: values.rows / 2,
    bytes: values.bytes.subarray((e * values.bytes.length) / 2, ((e + 1) * values.bytes.length) / 2),
  });

  it("adds up what each chosen network gives, weighted", () =>
    property(fc.tuple(networks, singles(3, 2), singles(2, 2)), ([net, x, weights]) => {
      const out = experts(x, weights, net, 3);
      const expected = new Float32Array(3);
      for (let e = 0; e < 2; e++) {
        if (weights[e] === 0) continue;
        const [gate, up, y] = [new Float32Array(4), new Float32Array(4), new Float32Array(3)];
        matmul("f32", half(net.gate.matrix, e), x, 1, gate);
        matmul("f32", half(net.up.matrix, e), x, 1, up);
        swiglu(gate, up, gate);
        matmul("f32", half(net.down.matrix, e), gate, 1, y);
        for (let i = 0; i < 3; i++) expected[i] = expected[i] + Math.fround(weights[e] * y[i]);
      }
      expect([...out]).toEqual([...expected]);
    }));

  it("leaves experts of weight 0 out, even where they would give NaN", () => {
    const broken = new Float32Array(24).fill(1).fill(NaN, 12);
    const net = {
      gate: { matrix: matrix(broken, 8, 3) },
      up: { matrix: matrix(broken, 8, 3) },
      down: { matrix: matrix(broken, 6, 4) },
      activation: "swiglu" as const,
      weighInput: false,
    };
    const out = experts(Float32Array.of(1, 1, 1), Float32Array.of(1, 0), net, 3);
    expect([...out].every(Number.isFinite)).toBe(true);
  });

  it("leaves 0 where a token has fewer experts than another", () => {
    const net = {
      gate: { matrix: matrix(new Float32Array(24).fill(1), 8, 3) },
      up: { matrix: matrix(new Float32Array(24).fill(1), 8, 3) },
      activation: "swiglu" as const,
      weighInput: false,
    };
    const out = new Float32Array(16).fill(NaN);
    expertHidden("f32", new Float32Array(6).fill(1), Float32Array.of(0.5, 0.5, 0, 1), 2, net, out);
    expect(out.every((value, i) => (i < 12 ? value > 0 : value === 0))).toBe(true);
  });

  it("scales and biases each expert's products, and weighs the input where asked", () => {
    const ones = matrix(new Float32Array(2).fill(1), 2, 1); // two experts of one number
    const with_ = (extra: Partial<ExpertMatrices>): ExpertMatrices => ({ matrix: ones, ...extra });
    const run = (down: ExpertMatrices, weighInput: boolean) => {
      const net = { gate: with_({}), up: with_({}), down, activation: "swiglu" as const, weighInput };
      return experts(Float32Array.of(1), Float32Array.of(0, 0.5), net, 1)[0];
    };
    const silu = (x: number) => x / (1 + Math.exp(-x));
    expect(run(with_({}), false)).toBeCloseTo(0.5 * silu(1), 6);
    expect(run(with_({}), true)).toBeCloseTo(silu(0.5) * 0.5, 6);
    const changed = with_({ scale: Float32Array.of(9, 3), bias: Float32Array.of(7, 10) });
    expect(run(changed, false)).toBeCloseTo(0.5 * (3 * silu(1) + 10), 5);
  });
});
