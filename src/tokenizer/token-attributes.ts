/** Kinds of tokens: the values of `tokenizer.ggml.token_type`, and the bits that a token can have several of. */

/** Source: the GGUF specification, `tokenizer.ggml.token_type`. */
export const tokenTypes = ["undefined", "normal", "unknown", "control", "user-defined", "unused", "byte"] as const;

export type TokenType = (typeof tokenTypes)[number];

export const attribute = {
  unknown: 1,
  unused: 2,
  normal: 4,
  control: 8,
  userDefined: 16,
  byte: 32,
  /** Swallows the white space before it. */
  stripLeft: 64,
  /** Swallows the white space after it. */
  stripRight: 128,
} as const;

const byType: Record<TokenType, number> = {
  undefined: 0,
  normal: attribute.normal,
  unknown: attribute.unknown,
  control: attribute.control,
  "user-defined": attribute.userDefined,
  unused: attribute.unused,
  byte: attribute.byte,
};

/** The bits of a number in `tokenizer.ggml.token_type`. */
export function attributesOfType(type: number): number {
  return byType[tokenTypes[type] ?? "undefined"];
}

/** The one word that says most about a token's bits. */
export function typeOfAttributes(bits: number): TokenType {
  if (bits & attribute.control) return "control";
  if (bits & attribute.userDefined) return "user-defined";
  if (bits & attribute.unknown) return "unknown";
  if (bits & attribute.byte) return "byte";
  if (bits & attribute.unused) return "unused";
  return bits & attribute.normal ? "normal" : "undefined";
}
