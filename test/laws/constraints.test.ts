import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Constraint,
  constraintFromChoices,
  constraintFromGrammar,
  constraintFromJsonSchema,
  constraintFromRegex,
  constraintFromText,
  constraintRepeat,
  constraintSequence,
} from "../../src/sampling/index.ts";
import { createTokenizer } from "../../src/tokenizer/index.ts";
import { property } from "../support/property.ts";
import { writtenSchemas } from "../support/written-schemas.ts";
import { drawTokens, incrementalIsFromScratch, maskIsAcceptance, neverStuck } from "./constraints.ts";
import { latinA, piecesMetadata } from "../support/pieces-vocabulary.ts";

/** Every byte, pieces of JSON, parts of characters, and a token that ends the text. */
const tokenizer = createTokenizer(
  piecesMetadata([
    '":',
    '",',
    '","',
    '{"',
    '"}',
    "}}",
    '": "',
    "],",
    "[[",
    "true",
    "12",
    "1.",
    "é",
    "a",
    "ab",
    ' "',
    "\n  ",
    latinA,
  ]),
);

const unique = { type: "array", items: { enum: [1, 12, "a", "ab"] }, uniqueItems: true, minItems: 3 };
const constraints: readonly (readonly [name: string, constraint: Constraint])[] = [
  ["a regular expression", constraintFromRegex("(a|ab)(é|\\d{1,3})*[^x]?")],
  ["choices", constraintFromChoices(["a", "ab", "été", ""])],
  ["a grammar", constraintFromGrammar('root ::= "[" (root ("," root)*)? "]" | [0-9]+ | "é" root?')],
  ["any JSON", constraintFromJsonSchema(true)],
  ["different items", constraintFromJsonSchema(unique)],
  [
    "a few different strings",
    constraintFromJsonSchema({ ...unique, items: { type: "string", pattern: "^(a|ab|é|\\d)$" } }),
  ],
  [
    "different keys",
    constraintFromJsonSchema({ type: "object", minProperties: 2, propertyNames: { pattern: "^(a|ab|é)$" } }),
  ],
  ["a sequence", constraintSequence(constraintFromText("<é>"), constraintRepeat(constraintFromRegex("[ab]é?,"), 1, 3))],
  ...writtenSchemas()
    .filter((_, i) => i % 9 === 0)
    .map(({ name, schema }) => [name, constraintFromJsonSchema(schema)] as const),
];

/** Draws for a text, so many tokens at most. */
const draws = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });

describe.each(constraints)("%s", (_, constraint) => {
  it("is never stuck, its mask is what it accepts, and it stands where it would from scratch", async () => {
    await property(
      draws,
      (numbers) => {
        let at = 0;
        const { tokens, state } = drawTokens(constraint, tokenizer, () => numbers[at++], numbers.length);
        expect(neverStuck(state, tokenizer)).toBe(true);
        expect(maskIsAcceptance(state, tokenizer)).toBe(true);
        expect(incrementalIsFromScratch(state, tokens, constraint, tokenizer)).toBe(true);
      },
      { runs: 12 },
    );
  });
});
