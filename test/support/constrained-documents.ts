import { type Constraint, type LanguageModel, constraintFromJsonSchema } from "../../src/index.ts";
import { generate } from "../../src/decode/index.ts";
import { ConstraintError } from "../../src/errors.ts";
import { ajvOf } from "./ajv.ts";
import type { WrittenSchema } from "./written-schemas.ts";

/** What documents of some schemas came out as. */
export interface Documents {
  readonly schemas: number;
  readonly refused: string[];
  readonly written: number;
  readonly finished: number;
  /** Finished, and not valid: there must be none. */
  readonly invalid: string[];
  /** Milliseconds of each schema. */
  readonly compiling: number[];
  /** Milliseconds of each mask, in the order of the tokens. */
  readonly masks: number[];
  readonly tokens: number;
  readonly decodeMilliseconds: number;
}

/** Lets the model write so many documents of each schema, at temperature 1, without any other sampler. */
export async function writeDocuments(
  model: LanguageModel,
  schemas: readonly WrittenSchema[],
  each: number,
): Promise<Documents> {
  const documents = {
    refused: [] as string[],
    invalid: [] as string[],
    compiling: [] as number[],
    masks: [] as number[],
  };
  let [written, finished, tokens, decodeMilliseconds] = [0, 0, 0, 0];
  for (const { name, schema } of schemas) {
    const started = performance.now();
    let constraint;
    try {
      constraint = constraintFromJsonSchema(schema, { extraProperties: false });
    } catch (error) {
      if (!(error instanceof ConstraintError)) throw error;
      documents.refused.push(`${name}: ${error.message}`);
      continue;
    }
    documents.compiling.push(performance.now() - started);
    const isValid = ajvOf(schema);
    const prompt = model.tokenizer.encode(`${name}, as JSON:\n`);
    for (let seed = 1; seed <= each; seed++) {
      const timed = timedConstraint(constraint, documents.masks);
      const options = { constraint: timed, temperature: 1, topK: 0, topP: 1, minP: 0, maxTokens: 512, seed };
      const result = await generate(model.loaded, model.tokenizer, prompt, options).result;
      written++;
      tokens += result.tokens.length;
      decodeMilliseconds += (1000 * (result.tokens.length - 1)) / (result.timings.decodeTokensPerSecond || 1000);
      if (result.finishReason !== "stop") continue;
      finished++;
      if (!isValidText(result.text, isValid)) documents.invalid.push(`${name}: ${result.text}`);
    }
  }
  return { ...documents, schemas: schemas.length, written, finished, tokens, decodeMilliseconds };
}

function isValidText(text: string, isValid: (value: unknown) => boolean): boolean {
  try {
    return isValid(JSON.parse(text));
  } catch {
    return false;
  }
}

/** The same constraint, that notes how long each mask takes. */
function timedConstraint(constraint: Constraint, times: number[]): Constraint {
  const timed = Object.create(constraint) as Constraint;
  timed.start = (tokenizer) => {
    const state = constraint.start(tokenizer);
    const mask = state.mask.bind(state);
    state.mask = () => {
      const started = performance.now();
      const result = mask();
      times.push(performance.now() - started);
      return result;
    };
    return state;
  };
  return timed;
}

/** The value below which such a share of them lies. */
export function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.min(Math.floor(share * values.length), values.length - 1)];
}
