import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAttention } from "../../docs/examples/heat-map/read-attention.ts";
import { toSvg } from "../../docs/examples/heat-map/svg.ts";
import { toText } from "../../docs/examples/heat-map/text.ts";
import { loadModel } from "../../src/index.ts";
import { root } from "../support/built.ts";
import { tinyLlama } from "../support/tiny-llama.ts";

const folder = mkdtempSync(join(tmpdir(), "pellucid-heat-map-"));
const modelPath = join(folder, "tiny.gguf");

beforeAll(async () => writeFileSync(modelPath, await tinyLlama()));
afterAll(() => rmSync(folder, { recursive: true }));

function example(...args: string[]) {
  const script = join(root, "docs/examples/attention-heat-map.ts");
  return spawnSync(process.execPath, [script, ...args], { encoding: "utf8", cwd: folder });
}

/** A pattern of attention with a weight in each class of shade. */
const made = {
  layer: 3,
  head: 1,
  tokens: ["<b>", " a long token text", "\n", "日本"],
  rows: [[1], [0.35, 0.65], [0.005, 0.05, 0.945], [0.2, 0.3, 0.4, 0.1]].map((row) => Float32Array.from(row)),
};

describe("the attention heat map", () => {
  it("prints the map and saves it, from the command line", () => {
    const result = example(modelPath, "--layer", "1", "--head", "3", "--prompt", "hello", "--svg", "map.svg");
    expect(result.stderr).toBe("");
    expect(result.status).toBe(0);
    const lines = result.stdout.trimEnd().split("\n");
    expect(lines[0]).toContain("layer 1, head 3");
    expect(lines.slice(3, 8).map((line) => line.slice(0, 3))).toEqual(["0 h", "1 e", "2 l", "3 l", "4 o"]);
    // A token that sees only itself gives itself everything.
    expect(lines[3]).toMatch(/^0 h +█$/);
    expect(result.stdout).not.toContain("\u001b");

    const svg = readFileSync(join(folder, "map.svg"), "utf8");
    expect(svg).toMatch(/^<svg .*<\/svg>\s*$/s);
    expect(svg.match(/attends to/g)).toHaveLength(1 + 2 + 3 + 4 + 5);
    expect(svg).toContain("0 h attends to 0 h: 100.0 %");
  });

  it("says in one line what is wrong, and helps", () => {
    const wrong = (...args: string[]) => {
      const { status, stdout, stderr } = example(...args);
      expect({ status, stdout, lines: stderr.trimEnd().split("\n").length }).toEqual({
        status: 1,
        stdout: "",
        lines: 1,
      });
      return stderr;
    };
    expect(wrong()).toContain("one model");
    expect(wrong(modelPath, "--layer", "2")).toContain("--layer must be 0 to 1");
    expect(wrong(modelPath, "--head", "x")).toContain("--head must be 0 to 3");
    expect(wrong(modelPath, "--prompt", "")).toContain("no tokens");
    expect(wrong(modelPath, "--colour")).toContain("--colour");
    expect(wrong("missing.gguf")).toContain("missing.gguf");
    expect(example("--help").stdout).toContain("--svg FILE");
  });

  it("draws weights as shades where there are no colours", () => {
    expect(toText(made).split("\n")).toEqual([
      "Attention of layer 3, head 1: how much each token (row) attends to itself and those before it (column)",
      "",
      "                0 1 2 3",
      "0 <b>           █",
      "1 ·a·long·tok…  ▓ █",
      "2 ↵             · ░ █",
      "3 日本          ▒ ▓ ▓ ▒",
      "",
      "█ from 60 %   ▓ from 30 %   ▒ from 10 %   ░ from 2 %   · less",
    ]);
  });

  it("uses the colours that the terminal has, in as many columns as fit", () => {
    const full = toText(made, { colorDepth: 24 });
    expect(full).toContain("\u001b[48;2;253;231;37m  \u001b[0m"); // the lightest, for 1
    expect(toText(made, { colorDepth: 8 })).toMatch(/\u001b\[48;5;\d+m {2}\u001b\[0m/);
    const narrow = stripVTControlCharacters(toText(made, { colorDepth: 8, width: 20 }));
    expect(narrow.split("\n")[2]).toBe("               0123");
  });

  it("escapes what a token may hold in the picture", async () => {
    const svg = await toSvg(made);
    expect(svg).toContain("0 &lt;b&gt;");
    expect(svg).not.toContain("<b>");
    expect(svg).toContain("3 日本 attends to 2 ↵: 40.0 %");
  });

  it("shows weights that add up to 1", async () => {
    const model = await loadModel(modelPath);
    const { rows, tokens } = await readAttention(model, "some text of the tiny model", 0, 2);
    expect(tokens.join("")).toBe("some text of the tiny model");
    rows.forEach((row, t) => {
      expect(row).toHaveLength(t + 1);
      expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    });
    await model.close();
  });
});
