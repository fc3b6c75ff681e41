import { type Desk, parameterAt } from "./forward.ts";
import { type Leading, hintBackward } from "./hint-step.ts";
import { linearBackward } from "./linear-backward.ts";
import type { Parameter } from "./parameter.ts";
import type { TrainingStep } from "./plan.ts";

/**
 * The plan backwards, from the gradient of the logits: adds the gradients of all parameters to those at `gradients`.
 * @param tokens where the sequence's tokens lie
 * @param leading what the layers are led by, where the plan has hints
 * @returns the sum of the hints' losses
 */
export function backward(desk: Desk, tokens: number, gradients: number, leading?: Leading): number {
  const { steps } = desk.plan;
  let hints = 0;
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i];
    if (step.kind !== "hint") backwardStep(desk, step, tokens, gradients);
    else if (leading !== undefined) hints += hintBackward(desk, step, leading, gradients);
  }
  return hints;
}

function backwardStep(
  desk: Desk,
  step: Exclude<TrainingStep, { kind: "hint" }>,
  tokens: number,
  gradients: number,
): void {
  const { plan, map, kernels, base } = desk;
  const rows = plan.tokens;
  const at = (place: number) => base + 4 * place;
  const gradientAt = (parameter: Parameter) => gradients + 4 * parameter.at;
  switch (step.kind) {
    case "embed":
      kernels.embedBackward(tokens, rows, step.table.columns, at(step.dOut), gradientAt(step.table));
      break;
    case "linear":
      linearBackward(desk, step, gradients);
      break;
    case "rmsNorm": {
      const { weight, epsilon, segments, x, dOut, dx } = step;
      const [w, dWeight] = [parameterAt(desk, weight), gradientAt(weight)];
      const { columns } = weight;
      const count = rows * segments;
      kernels.rmsNormBackward(at(x), w, epsilon, at(dOut), count, columns, at(dx.at), dWeight, Number(dx.add));
      break;
    }
    case "rope": {
      const { cos, back, pairs } = map.ropes[step.table];
      const stride = step.heads * step.headLength;
      const adjacent = Number(step.adjacent);
      kernels.rope(at(step.dOut), stride, rows, step.heads, step.headLength, pairs, adjacent, cos, back, 0);
      break;
    }
    case "attention":
      attendBackward(desk, step);
      break;
    case "swiglu": {
      const { gate, up, dOut, dGate, dUp, columns } = step;
      kernels.swigluBackward(at(gate), at(up), at(dOut), rows * columns, at(dGate), at(dUp), 0, 0);
      break;
    }
    case "add": {
      const { dOut, da, db, columns } = step;
      kernels.accumulate(at(dOut), rows * columns, at(da.at), Number(da.add));
      if (db !== undefined) kernels.accumulate(at(dOut), rows * columns, at(db.at), Number(db.add));
      break;
    }
  }
}

function attendBackward({ plan, kernels, base }: Desk, step: Extract<TrainingStep, { kind: "attention" }>): void {
  const { heads, kvHeads, keyLength, valueLength, scale } = step;
  const { tokens, scratch } = plan;
  const [panels, strips, square] = [scratch.panels, scratch.strips, scratch.square].map((place) => base + 4 * place);
  const [keyRow, valueRow, queryRow, outRow] = [
    kvHeads * keyLength,
    kvHeads * valueLength,
    heads * keyLength,
    heads * valueLength,
  ];
  let before = -1;
  for (let head = 0; head < heads; head++) {
    const shared = Math.floor((head * kvHeads) / heads);
    // The first of the heads that share keys and values sets their gradients, the others add.
    const add = Number(shared === before);
    before = shared;
    const weights = base + 4 * (step.weights + head * tokens * tokens);
    const dOut = base + 4 * (step.dOut + head * valueLength);
    const value = base + 4 * (step.value + shared * valueLength);
    const key = base + 4 * (step.key + shared * keyLength);

    kernels.packStrips(weights, tokens, tokens, tokens, strips, 1);
    kernels.packPanels(dOut, outRow, tokens, valueLength, panels);
    const dValue = base + 4 * (step.dValue + shared * valueLength);
    kernels.productByUpper(strips, panels, dValue, valueRow, tokens, valueLength, add);

    kernels.packTransposed(value, valueRow, tokens, valueLength, panels);
    kernels.productLower(dOut, outRow, panels, square, tokens, valueLength);
    kernels.softmaxCausalBackward(weights, square, tokens, scale);

    kernels.packPanels(key, keyRow, tokens, keyLength, panels);
    const dQuery = base + 4 * (step.dQuery + head * keyLength);
    kernels.productByLower(square, panels, dQuery, queryRow, tokens, keyLength, 0);

    kernels.packStrips(square, tokens, tokens, tokens, strips, 1);
    kernels.packPanels(base + 4 * (step.query + head * keyLength), queryRow, tokens, keyLength, panels);
    const dKey = base + 4 * (step.dKey + shared * keyLength);
    kernels.productByUpper(strips, panels, dKey, keyRow, tokens, keyLength, add);
  }
}
