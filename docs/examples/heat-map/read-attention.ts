import type { LanguageModel } from "../../../src/index.ts";

/** What one head of one layer attends to. */
export interface Attention {
  readonly layer: number;
  readonly head: number;
  /** The text of each token. */
  readonly tokens: readonly string[];
  /** Row t: the weights of the positions 0 … t, as token t sees them. They add up to 1. */
  readonly rows: readonly Float32Array[];
}

/**
 * Computes the text once, with a tap on the attention weights of one layer.
 * @throws RangeError for a layer or a head that the model doesn't have
 */
export async function readAttention(
  model: LanguageModel,
  text: string,
  layer: number,
  head: number,
): Promise<Attention> {
  const { layers, heads } = model.config;
  assertBelow("layer", layer, layers);
  assertBelow("head", head, heads);

  const tokens = model.tokenizer.encode(text);
  const rows: Float32Array[] = [];
  const context = model.createContext();
  await context.forward(tokens, {
    outputs: "last",
    taps: {
      // Called once a token, in order, with [heads, positions] numbers.
      [`layer.${layer}.attention.weights`]: ({ shape, data }) => {
        const positions = shape[1];
        rows.push(data.slice(head * positions, (head + 1) * positions));
      },
    },
  });
  await context.close();
  return { layer, head, tokens: tokens.map((token) => model.tokenizer.decode([token])), rows };
}

function assertBelow(name: string, index: number, count: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new RangeError(`--${name} must be 0 to ${count - 1}: the model has ${count} ${name}s`);
  }
}

/** A token's text with what can't be seen made visible: `·` for a space, `↵` for a new line. */
export function label(text: string): string {
  return text
    .replaceAll(" ", "·")
    .replaceAll("\n", "↵")
    .replaceAll("\t", "→")
    .replace(/\p{Cc}/gu, "□");
}
