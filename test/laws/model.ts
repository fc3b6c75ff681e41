import fc from "fast-check";
import { naiveForward } from "../../src/decode/index.ts";
import { Context, type LoadedModel } from "../../src/model/index.ts";
import { equalBits } from "./bits.ts";

/** A text and a way of cutting it, for the laws below. */
export interface CutText {
  readonly tokens: readonly number[];
  readonly cuts: readonly number[];
}

/** Texts of a model's tokens, cut into parts of any lengths. */
export function cutTexts(model: LoadedModel, maxLength: number): fc.Arbitrary<CutText> {
  const { vocabularySize } = model.config;
  return fc.record({
    tokens: fc.array(fc.nat(vocabularySize - 1), { minLength: 1, maxLength }),
    cuts: fc.array(fc.integer({ min: 1, max: maxLength }), { maxLength: 8 }),
  });
}

/** Computing a text in parts, with the cache between them, gives the logits of computing it at once. */
export async function partsEqualWhole(model: LoadedModel, { tokens, cuts }: CutText): Promise<boolean> {
  const whole = await allLogits(model, [tokens]);
  const inParts = await allLogits(model, partsOf(tokens, cuts));
  return equalBits(whole, inParts);
}

/** Computing a text token by token gives the logits of computing it at once. */
export async function stepsEqualWhole(model: LoadedModel, { tokens }: CutText): Promise<boolean> {
  const whole = await allLogits(model, [tokens]);
  const steps = await allLogits(
    model,
    tokens.map((token) => [token]),
  );
  return equalBits(whole, steps);
}

/** After each token, a cached context gives the logits that computing the whole text from nothing gives. */
export async function cachedEqualsUncached(model: LoadedModel, { tokens }: CutText): Promise<boolean> {
  const context = new Context(model);
  try {
    for (let length = 1; length <= tokens.length; length++) {
      const cached = await context.forward(tokens.slice(length - 1, length), { outputs: "last" });
      if (!equalBits(cached, await naiveForward(model, tokens.slice(0, length)))) return false;
    }
    return true;
  } finally {
    await context.close();
  }
}

/** Forgetting the end of a text and computing it again changes nothing. */
export async function truncationForgets(model: LoadedModel, { tokens, cuts }: CutText): Promise<boolean> {
  const context = new Context(model);
  try {
    const first = await context.forward(tokens);
    const keep = (cuts[0] ?? 0) % tokens.length;
    context.truncate(keep);
    const again = await context.forward(tokens.slice(keep));
    return equalBits(first.subarray(keep * model.config.vocabularySize), again);
  } finally {
    await context.close();
  }
}

/** Logits written to an array that is there are those of a new one, whatever the array held, however the text is cut. */
export async function givenArrayEqualsNew(model: LoadedModel, { tokens, cuts }: CutText): Promise<boolean> {
  const context = new Context(model);
  try {
    for (const outputs of ["all", "last"] as const) {
      const logits = await context.forward(tokens, { outputs });
      context.truncate(0);
      const into = new Float32Array(logits.length).fill(NaN);
      const given = await context.forward(tokens, { outputs, into, chunk: cuts[0] ?? 1 });
      context.truncate(0);
      if (given !== into || !equalBits(logits, into)) return false;
    }
    return true;
  } finally {
    await context.close();
  }
}

function partsOf(tokens: readonly number[], cuts: readonly number[]): (readonly number[])[] {
  const parts: (readonly number[])[] = [];
  let start = 0;
  for (const length of [...cuts, tokens.length]) {
    if (start < tokens.length) parts.push(tokens.slice(start, start + length));
    start += length;
  }
  return parts;
}

async function allLogits(model: LoadedModel, parts: readonly (readonly number[])[]): Promise<Float32Array> {
  const context = new Context(model);
  try {
    const results: Float32Array[] = [];
    for (const part of parts) results.push(await context.forward(part));
    const all = new Float32Array(results.reduce((sum, result) => sum + result.length, 0));
    let offset = 0;
    for (const result of results) {
      all.set(result, offset);
      offset += result.length;
    }
    return all;
  } finally {
    await context.close();
  }
}
