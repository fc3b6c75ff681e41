import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConstraintError } from "../../../../src/errors.ts";
import { constraintFromRegex } from "../../../../src/sampling/index.ts";
import { matches } from "../../../../src/sampling/constraints/expressions/derivative.ts";
import { regexExpression } from "../../../../src/sampling/constraints/expressions/regex.ts";
import { property } from "../../../support/property.ts";

const patterns = [
  ..."^a*$ a+ ^(a|b)?^c x$|^y (^a|b$) [^a-c]{2} \\d{3}-\\d{4} ^\\w+@\\w+\\.\\w{2,3}$ a??b ^$ $^ (a|ab)(c|bcd)$".split(
    " ",
  ),
  ..."^[\\w.-]+$ a| f.o ^[^\\s]*$ (?!a)b ^(?!foo).*$ ^(?=.*\\d)(?=.*[a-z]).{4,6}$ (?<n>a)b{2,} [\\dx-] é|😀".split(" "),
  "^(?:[01]\\d|2[0-3]):[0-5]\\d$",
  "\\u{1F600}|\\ud83d\\ude00|\\x61\\cJ",
];
const texts = fc.string({ unit: fc.constantFrom(...Array.from("abcdfoxy019@.-: \n_é😀")), maxLength: 7 });

describe("regular expressions", () => {
  it.each(patterns)("%s matches what JavaScript's does", async (pattern) => {
    const [search, whole] = [regexExpression(pattern, "search"), regexExpression(pattern, "whole")];
    const [found, full] = [new RegExp(pattern, "u"), new RegExp(`^(?:${pattern})$`, "u")];
    await property(
      texts,
      (text) => matches(search, text) === found.test(text) && matches(whole, text) === full.test(text),
      { runs: 150 },
    );
  });

  it.each([
    ["(", "INVALID_REGEX"],
    ["[b-a]", "INVALID_REGEX"],
    ["(a)\\1", "UNSUPPORTED_REGEX"],
    ["\\bword", "UNSUPPORTED_REGEX"],
    ["(?<=a)b", "UNSUPPORTED_REGEX"],
    ["(a$)*", "UNSUPPORTED_REGEX"],
    ["a^b", "IMPOSSIBLE_REGEX"],
    ["(?:a{1000}){1000}", "TOO_LARGE"],
  ])("%s is refused: %s", (pattern, code) => {
    expect(() => constraintFromRegex(pattern)).toThrow(expect.objectContaining({ code, constructor: ConstraintError }));
  });
});
