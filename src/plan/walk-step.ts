import { positionFactor, route } from "../../kernels/reference/index.ts";
import type { PlacedOperation } from "./placed.ts";
import type { UnaryStep } from "./step.ts";
import type { Walk } from "./walk.ts";
import type { Kernels } from "../../kernels/wasm/index.ts";

type StepOperation = Extract<PlacedOperation, { kind: "step" }>;

/** out = step(x) for n numbers. `out` may be x. */
export function applyUnary(kernels: Kernels, step: UnaryStep, x: number, n: number, out: number): void {
  switch (step.operation) {
    case "scale":
      kernels.scale(x, step.factor, n, out);
      return;
    case "softCap":
      kernels.softCap(x, step.cap, n, out);
      return;
    case "clamp":
      kernels.clamp(x, step.limit, n, out);
      return;
    case "geluHalf":
      kernels.geluHalf(x, n, out);
      return;
    case "reluSquared":
      kernels.reluSquared(x, n, out);
  }
}

/** Computes one row of an operation on whole rows. */
export function walkStep(walk: Walk, { arena, step, inputs, out }: StepOperation, row: number): void {
  const { kernels, u8, i32, f32 } = walk.space(arena);
  const header = walk.header(arena);
  const to = walk.at(out, row);
  const position = i32[header.positions / 4 + row];
  // An input whose rows are fewer numbers than the first's; 0 where there is none.
  const first = inputs.length > 0 ? inputs[0] : out;
  const second = inputs.length > 1 ? inputs[1] : out;
  const x = inputs.length > 0 ? walk.at(first, row) : 0;
  const y = inputs.length > 1 ? walk.at(second, row) : 0;
  const n = first.columns;
  switch (step.operation) {
    case "embedPositions":
      kernels.embed(step.format, step.table, out.columns, position, to, walk.scratch(arena));
      return;
    case "layerNorm":
      kernels.layerNorm(x, n / step.length, step.weight, step.rows, step.bias, step.length, step.epsilon, to);
      return;
    case "addBias":
      kernels.add(x, step.bias, n, to);
      return;
    case "positionScale":
      kernels.scale(x, positionFactor(position, step.options), n, to);
      return;
    case "gegluHalf":
    case "swigluClamped":
      kernels[step.operation](x, n, y, n, 1, n, to, n);
      return;
    case "sigmoidGate":
      kernels.sigmoidGate(x, y, n, to);
      return;
    case "slice":
      copyParts(u8, x, n / step.heads, step.start, to, step.length, 0, step.length, step.heads);
      return;
    case "join": {
      const { heads, length } = step;
      const own = n / heads;
      copyParts(u8, x, own, 0, to, own + length, 0, own, heads);
      copyParts(u8, y, second.columns === length ? 0 : length, 0, to, own + length, own, length, heads);
      return;
    }
    case "route": {
      const part = (at: number) => f32.subarray(at / 4, at / 4 + n);
      route(part(x), step.bias === 0 ? undefined : part(step.bias), n, step.routing, part(to));
      return;
    }
    case "weighInputs": {
      let at = to;
      for (const share of f32.subarray(y / 4, y / 4 + second.columns)) {
        if (share === 0) continue;
        kernels.scale(x, share, n, at);
        at += 4 * n;
      }
      return;
    }
    default:
      applyUnary(kernels, step, x, n, to);
  }
}

/** Copies `length` numbers of each of `count` segments: from `start` of one that is `stride` long, and so in `to`. */
function copyParts(
  u8: Uint8Array,
  from: number,
  stride: number,
  start: number,
  to: number,
  toStride: number,
  toStart: number,
  length: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const source = from + 4 * (i * stride + start);
    u8.copyWithin(to + 4 * (i * toStride + toStart), source, source + 4 * length);
  }
}
