import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StopStrings } from "../../../src/decode/index.ts";
import { property } from "../../support/property.ts";

function feed(stops: string[], pieces: string[]): { text: string; stopped: boolean } {
  const filter = new StopStrings(stops);
  let text = "";
  for (const piece of pieces) text += filter.push(piece);
  return { text: text + filter.flush(), stopped: filter.stopped };
}

describe("StopStrings", () => {
  it("holds back a beginning of a stop string until it turns out to be none", () => {
    const filter = new StopStrings(["END"]);
    expect(filter.push("the E")).toBe("the ");
    expect(filter.push("NT")).toBe("ENT");
    expect(filter.push("EN")).toBe("");
    expect(filter.push("D.")).toBe("");
    expect(filter.stopped).toBe(true);
    expect(filter.push("more")).toBe("");
  });

  it("stops at the that begins first, of several in one text", () => {
    expect(feed(["cd", "b"], ["a", "bcd"])).toEqual({ text: "a", stopped: true });
  });

  it("emits all text before the first stop string, however it is cut", async () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 });
    const stop = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 4 });
    const texts = fc.record({ pieces: fc.array(letters, { maxLength: 6 }), stops: fc.array(stop, { maxLength: 3 }) });
    await property(texts, ({ pieces, stops }) => {
      const whole = pieces.join("");
      // Streaming stops at the stop string that is complete first; among those, the one that begins first.
      const ends = stops.map((s) => whole.indexOf(s)).filter((at) => at >= 0);
      const { text, stopped } = feed(stops, pieces);
      expect(stopped).toBe(ends.length > 0);
      if (!stopped) expect(text).toBe(whole);
      else {
        expect(whole.startsWith(text)).toBe(true);
        expect(stops.some((s) => whole.startsWith(s, text.length))).toBe(true);
        expect(stops.some((s) => text.includes(s))).toBe(false);
      }
    });
  });
});
