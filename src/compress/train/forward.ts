import type { TrainingKernels } from "../../../kernels/wasm/index.ts";
import type { MemoryMap } from "./memory-map.ts";
import type { Parameter } from "./parameter.ts";
import type { TrainingPlan, TrainingStep } from "./plan.ts";

/** Everything that a thread needs to compute one sequence. */
export interface Desk {
  readonly plan: TrainingPlan;
  readonly map: MemoryMap;
  readonly kernels: TrainingKernels;
  /** Address of the thread's memory. */
  readonly base: number;
}

/** Computes the logits of the sequence whose tokens lie at `tokens`. */
export function forward(desk: Desk, tokens: number): void {
  for (const step of desk.plan.steps) forwardStep(desk, step, tokens);
}

function forwardStep(desk: Desk, step: TrainingStep, tokens: number): void {
  const { plan, map, kernels, base } = desk;
  const rows = plan.tokens;
  const at = (place: number) => base + 4 * place;
  switch (step.kind) {
    case "embed":
      kernels.embedRows(tokens, rows, step.table.columns, parameterAt(desk, step.table), at(step.out));
      break;
    case "linear": {
      const { weight } = step;
      const packed = packedForward(desk, weight);
      kernels.product(
        at(step.x),
        weight.columns,
        packed,
        at(step.out),
        weight.rows,
        rows,
        weight.rows,
        weight.columns,
        0,
      );
      break;
    }
    case "rmsNorm": {
      const { columns } = step.weight;
      const weight = parameterAt(desk, step.weight);
      kernels.rmsNorm(at(step.x), columns, rows * step.segments, weight, columns, step.epsilon, at(step.out), columns);
      break;
    }
    case "rope": {
      const { cos, sin, pairs } = map.ropes[step.table];
      const stride = step.heads * step.headLength;
      const adjacent = Number(step.adjacent);
      kernels.rope(at(step.out), stride, rows, step.heads, step.headLength, pairs, adjacent, cos, sin, 0);
      break;
    }
    case "attention":
      attend(desk, step);
      break;
    case "swiglu": {
      const n = rows * step.columns;
      kernels.swiglu(at(step.gate), n, at(step.up), n, 1, n, at(step.out), n);
      break;
    }
    case "hint":
      break; // It only has a loss.
    case "add":
      kernels.add(at(step.a), at(step.b), rows * step.columns, at(step.out));
      break;
  }
}

function attend({ plan, kernels, base }: Desk, step: Extract<TrainingStep, { kind: "attention" }>): void {
  const { heads, kvHeads, keyLength, valueLength, scale } = step;
  const { tokens, scratch } = plan;
  const panels = base + 4 * scratch.panels;
  for (let head = 0; head < heads; head++) {
    const shared = Math.floor((head * kvHeads) / heads);
    const weights = base + 4 * (step.weights + head * tokens * tokens);
    kernels.packTransposed(base + 4 * (step.key + shared * keyLength), kvHeads * keyLength, tokens, keyLength, panels);
    kernels.productLower(
      base + 4 * (step.query + head * keyLength),
      heads * keyLength,
      panels,
      weights,
      tokens,
      keyLength,
    );
    kernels.softmaxCausal(weights, tokens, scale);
    kernels.packPanels(
      base + 4 * (step.value + shared * valueLength),
      kvHeads * valueLength,
      tokens,
      valueLength,
      panels,
    );
    const out = base + 4 * (step.out + head * valueLength);
    kernels.productByLower(weights, panels, out, heads * valueLength, tokens, valueLength, 0);
  }
}

export function parameterAt({ map }: Desk, { at }: Parameter): number {
  return map.parameters + 4 * at;
}

/** A matrix as the forward pass reads it: kept so, or rearranged now. */
export function packedForward(desk: Desk, weight: Parameter): number {
  const { map, kernels, plan, base } = desk;
  if (map.forwardPacks !== 0) return map.forwardPacks + 4 * weight.at;
  const scratch = base + 4 * plan.scratch.weight;
  kernels.packTransposed(parameterAt(desk, weight), weight.columns, weight.rows, weight.columns, scratch);
  return scratch;
}

/** The same for the backward pass. */
export function packedBackward(desk: Desk, weight: Parameter): number {
  const { map, kernels, plan, base } = desk;
  if (map.backwardPacks !== 0) return map.backwardPacks + 4 * weight.at;
  const scratch = base + 4 * plan.scratch.weight;
  kernels.packPanels(parameterAt(desk, weight), weight.columns, weight.rows, weight.columns, scratch);
  return scratch;
}

/** Renews what is kept rearranged of a matrix. */
export function repack(desk: Desk, weight: Parameter): void {
  const { map, kernels } = desk;
  if (map.forwardPacks === 0 || !weight.decays) return;
  const { at, rows, columns } = weight;
  kernels.packTransposed(parameterAt(desk, weight), columns, rows, columns, map.forwardPacks + 4 * at);
  kernels.packPanels(parameterAt(desk, weight), columns, rows, columns, map.backwardPacks + 4 * at);
}
