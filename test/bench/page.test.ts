import { describe, expect, it } from "vitest";
import { performancePage } from "./page.ts";
import { nativeBound } from "./support/bounds.ts";
import { type Results, type StoredRow, merge } from "./support/results.ts";
import { type Row, compare, figure } from "./support/row.ts";
import { markdownTable } from "./support/table.ts";

const unit = "tokens/s";

function store(row: Row, section: string): StoredRow {
  return { ...row, section, date: "2026-01-02", commit: "abc", settings: "5 turns" };
}

describe("a row", () => {
  it("holds by the median of the ratios", () => {
    const bound = { relation: "≥", limit: 1 } as const;
    const row = compare({ id: "a", what: "a", unit, ours: [10, 30, 11], peers: [20, 20, 10], bound });
    expect(row).toMatchObject({
      ours: "11 tokens/s",
      peer: "20 tokens/s",
      ratio: "1.10× (0.50× to 1.50×)",
      holds: true,
    });
    expect(compare({ id: "a", what: "a", unit, ours: [1], peers: [1.01], bound }).holds).toBe(false);
    expect(compare({ id: "a", what: "a", unit, ours: [2], peers: [1], bound: { relation: "≤", limit: 1 } }).holds).toBe(
      false,
    );
    expect(compare({ id: "a", what: "a", unit, ours: [2], peers: [1] }).holds).toBeUndefined();
  });

  it("shows three digits, or all before the point", () => {
    expect([1.2345, 99.96, 123.4, 12345.6, 0.01234, NaN].map(figure)).toEqual([
      "1.23",
      "100",
      "123",
      "12346",
      "0.0123",
      "–",
    ]);
  });
});

describe("the bounds", () => {
  it("are those of the plan", () => {
    expect(nativeBound("decode", "Q4_0", 1)).toEqual({ relation: "≥", limit: 0.5 });
    expect(nativeBound("decode", "Q6_K", 2)).toEqual({ relation: "≥", limit: 0.8 });
    expect(nativeBound("decode", "Q5_0", 2)).toBeUndefined();
    expect(nativeBound("prefill", "Q4_1", 1)).toEqual({ relation: "≥", limit: 1 });
    expect(nativeBound("prefill", "Q8_0", 1)).toEqual({ relation: "≥", limit: 0.4 });
    expect(nativeBound("prefill", "F16", 2)).toBeUndefined();
  });
});

describe("the table", () => {
  it("pads its columns, aligns figures to the right and escapes bars", () => {
    expect(
      markdownTable(
        ["what", "ours"],
        [
          ["a|b", "1"],
          ["c", "1000000"],
        ],
        ["ours"],
      ).split("\n"),
    ).toEqual(["| what |    ours |", "| ---- | ------: |", "| a\\|b |       1 |", "| c    | 1000000 |"]);
  });
});

describe("the page", () => {
  const sections = [
    { name: "native", title: "Native" },
    { name: "wllama", title: "Browser" },
    { name: "bandwidth", title: "Bandwidth" },
  ];
  const decode = (format: string, ours: number, peer: number) =>
    store(
      compare({
        id: `native/decode/${format}/2`,
        what: `decode ${format}`,
        unit,
        ours: [ours],
        peers: [peer],
        bound: nativeBound("decode", format, 2),
        figures: { threads: 2, bytesPerToken: 1e8 },
      }),
      "native",
    );
  const empty: Results = { machine: "m", rows: [], skipped: {}, versions: { Deno: "2.9.6" } };
  const results = merge(
    merge(empty, "native", [decode("Q8_0", 50, 100), decode("Q4_1", 100, 80)]),
    "wllama",
    [],
    "no browser",
  );

  it("lists every row with its bound, in the formats' order, and what was skipped with the reason", () => {
    const page = performancePage(results, [["Processor", "P, 2 cores"]], sections);
    expect(page).toMatch(
      /\| \*\*Native\*\*.*\n\| decode Q4_1 .*\| ≥ 1× +\| yes +\|\n\| decode Q8_0 .*\| ≥ 1× +\| \*\*no\*\* \|/,
    );
    expect(page).toContain("1 of 2 bounds hold.");
    expect(page).toContain("- Browser: no browser");
    expect(page).toMatch(/\| Processor +\| P, 2 cores +\|/);
    expect(page).toMatch(/\| Deno +\| 2\.9\.6 +\|/);
  });

  it("puts a new measurement in the place of the old one", () => {
    const again = merge(results, "native", [decode("Q8_0", 200, 100)]);
    expect(again.rows).toHaveLength(2);
    expect(performancePage(again, [], sections)).toContain("2 of 2 bounds hold.");
    expect(merge(again, "wllama", []).skipped).toEqual({});
  });

  it("says how far decoding is from what memory allows, once the bandwidth is known", () => {
    expect(performancePage(results, [], sections)).not.toContain("MB a token");
    const row = compare({
      id: "bandwidth/2",
      what: "read",
      unit: "GB/s",
      ours: [20],
      peers: [10],
      figures: { best: 2e10 },
    });
    const page = performancePage(merge(results, "bandwidth", [store(row, "bandwidth")]), [], sections);
    expect(page).toMatch(/\| decode Q4_1 +\| +100 \| +200 \| 50 % \| +40 % \|/);
  });
});
