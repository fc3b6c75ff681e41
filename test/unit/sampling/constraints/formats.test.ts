import { describe, expect, it } from "vitest";
import { constraintFromJsonSchema } from "../../../../src/sampling/index.ts";
import { createTokenizer } from "../../../../src/tokenizer/index.ts";
import { bytePairMetadata } from "../../../laws/tokenizer-vocabulary.ts";
import { drawTokens } from "../../../laws/constraints.ts";
import { ajvOf } from "../../../support/ajv.ts";

const samples: Readonly<Record<string, readonly string[]>> = {
  date: ["2024-02-29", "2023-02-28", "1999-12-31"],
  time: ["23:59:59Z", "00:00:00.123+02:00"],
  "date-time": ["2024-02-29T12:00:00Z", "1970-01-01T00:00:00.5-08:00"],
  duration: ["P1D", "PT1H30M", "P1Y2M3DT4H5M6S", "P4W"],
  email: ["ann@example.com", "a.b+c@mail.example.org"],
  hostname: ["localhost", "a-b.example.com"],
  ipv4: ["0.0.0.0", "255.255.255.255", "192.168.1.10"],
  ipv6: ["::", "::1", "2001:db8::ff00:42:8329", "1:2:3:4:5:6:7:8", "fe80::"],
  uri: ["https://example.com/a/b?c=d#e", "mailto:ann@example.com", "http://localhost:8080/"],
  "uri-reference": ["/a/b", "https://example.com", "?q=1"],
  uuid: ["123e4567-e89b-12d3-a456-426614174000"],
  "json-pointer": ["", "/a/b~1c/0"],
};
const tokenizer = createTokenizer(bytePairMetadata("gpt-2"));

describe.each(Object.entries(samples))("format %s", (format, texts) => {
  const schema = { type: "string", format };
  const isValid = ajvOf(schema);

  it("allows common texts, and denies them where it must not hold", () => {
    const positive = constraintFromJsonSchema(schema);
    const negative = constraintFromJsonSchema({ type: ["string", "null"], not: schema });
    for (const text of texts) {
      expect([text, isValid(text), positive.accepts(JSON.stringify(text))]).toEqual([text, true, true]);
      expect([text, negative.accepts(JSON.stringify(text))]).toEqual([text, false]);
    }
  });

  it("allows only what Ajv takes", () => {
    const constraint = constraintFromJsonSchema(schema);
    let state = 1;
    const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
    for (let i = 0; i < 30; i++) {
      const drawn = drawTokens(constraint, tokenizer, random, 300);
      if (!drawn.state.isComplete) continue;
      const text = JSON.parse(tokenizer.decode(drawn.tokens)) as string;
      expect([text, isValid(text)]).toEqual([text, true]);
    }
  });
});

it("an unknown format is a note", () => {
  expect(constraintFromJsonSchema({ type: "string", format: "color" }).accepts('"x"')).toBe(true);
});
