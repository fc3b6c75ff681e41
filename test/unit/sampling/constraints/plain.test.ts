import { describe, expect, it } from "vitest";
import {
  constraintChoice,
  constraintFromChoices,
  constraintFromGrammar,
  constraintFromJsonSchema,
  constraintFromRegex,
  constraintFromText,
  constraintRepeat,
  constraintSequence,
} from "../../../../src/sampling/index.ts";

const json = String.raw`
# JSON, as llama.cpp's examples have it
root   ::= object
value  ::= object | array | string | number | ("true" | "false" | "null") ws
object ::= "{" ws ( string ":" ws value ("," ws string ":" ws value)* )? "}" ws
array  ::= "[" ws ( value ("," ws value)* )? "]" ws
string ::= "\"" ( [^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}) )* "\"" ws
number ::= "-"? ([0-9] | [1-9] [0-9]{0,15}) ("." [0-9]+)? ws
ws     ::= | " " | "\n" [ \t]{0,20}
`;

describe("a grammar", () => {
  it("takes the texts of its root", () => {
    const constraint = constraintFromGrammar(json);
    for (const value of [{}, { a: [1, -2.5, "é\n", null, { b: true }] }]) {
      for (const indent of [undefined, 2]) expect(constraint.accepts(JSON.stringify(value, null, indent))).toBe(true);
    }
    for (const text of ["[]", '{"a" 1}', '{"a":1', '{"a":01}']) expect(constraint.accepts(text)).toBe(false);
  });

  it("has ranges, escapes, repetitions and comments", () => {
    const constraint = constraintFromGrammar('root ::= [a-cx] "\\u00e9"? ( # a note\n [^0-9]{2} | . "!"{2,} )+');
    expect(["aé..", "x1!!!", "b..2!!"].every((text) => constraint.accepts(text))).toBe(true);
    expect(["d..", "a", "a1!"].some((text) => constraint.accepts(text))).toBe(false);
  });

  it.each([
    ['start ::= "a"', "INVALID_GRAMMAR", 'no rule "root"'],
    ["root ::= other", "INVALID_GRAMMAR", '"other", which is not there'],
    ['root ::= "a', "INVALID_GRAMMAR", "line 1, column 12"],
    ['root ::= ("a"', "INVALID_GRAMMAR", '")" is expected'],
    ['root ::= root "a" | "b"', "UNSUPPORTED_GRAMMAR", "left recursion"],
    ['root ::= ("x"? root)? "b"', "UNSUPPORTED_GRAMMAR", "left recursion"],
    ["root ::= <think>", "UNSUPPORTED_GRAMMAR", "tokens"],
    ['root ::= "a" root', "IMPOSSIBLE_GRAMMAR", "finite length"],
    [`root ::= ${"(".repeat(1000)}`, "INVALID_GRAMMAR", "nested"],
  ])("%s is refused", (grammar, code, message) => {
    const refusal = expect.objectContaining({ code, message: expect.stringContaining(message) as unknown }) as unknown;
    expect(() => constraintFromGrammar(grammar)).toThrow(refusal);
  });
});

describe("constraints", () => {
  it("allow one of several texts", () => {
    const constraint = constraintFromChoices(["yes", "no", "nothing"]);
    expect(["yes", "no", "nothing", "not", ""].map((text) => constraint.accepts(text))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(constraint.acceptsBeginning("noth")).toBe(true);
    expect(() => constraintFromChoices([])).toThrow("give at least one");
  });

  it("follow each other, alternate and repeat", () => {
    const call = constraintSequence(
      constraintFromText("<call>"),
      constraintFromJsonSchema({ type: "object", properties: { a: { type: "integer" } }, additionalProperties: false }),
      constraintFromText("</call>"),
    );
    const answer = constraintChoice(constraintFromRegex("[a-z ]*"), constraintRepeat(call, 1, 2));
    expect(answer.accepts('<call>{"a":1}</call>')).toBe(true);
    expect(answer.accepts('<call>{"a":1}</call><call>{}</call>')).toBe(true);
    expect(answer.accepts("<call>{}</call>".repeat(3))).toBe(false);
    expect(answer.accepts("hello there")).toBe(true);
    expect(answer.accepts("")).toBe(true);
    expect(() => constraintRepeat(constraintFromRegex("a*"))).toThrow("empty text");
  });
});
