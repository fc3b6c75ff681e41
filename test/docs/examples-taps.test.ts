import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Taps, loadModel } from "../../src/index.ts";
import { root } from "../support/built.ts";
import { tinyLlama } from "../support/tiny-llama.ts";

/** The rows of the chapter's table: name, and what its shape is made of. */
function readTable(): { name: string; shape: string[] }[] {
  const chapter = readFileSync(join(root, "docs/taps.md"), "utf8");
  const rows = [...chapter.matchAll(/^\| `([^`]+)` +\| \[([^\]]+)\] +\|/gm)];
  return rows.map(([, name, shape]) => ({ name, shape: shape.split(", ") }));
}

it("the chapter on taps lists every value with its shape, in order", async () => {
  // Each length is another number, so that no shape passes for another.
  const model = await loadModel(await tinyLlama({ heads: 6, kvHeads: 3, headLength: 8, layers: 2, tied: false }), {
    kernels: "reference",
  });
  const tokens = [1, 2, 3, 4, 5];
  const seen = new Map<string, readonly number[]>();
  const see: Taps[string] = ({ shape }, name) => seen.set(name, shape);
  await model
    .createContext()
    .forward(tokens, { outputs: "last", taps: { "*": see, "*.*": see, "*.*.*": see, "*.*.*.*": see } });

  const sizes: Record<string, number> = { ...(model.config as object), tokens: 5, positions: 5, outputs: 1 };
  const lengthOf = (words: string) => words.split(" · ").reduce((product, word) => product * sizes[word], 1);
  const table = readTable();
  const inLayer = table.filter(({ name }) => name.startsWith("layer.N."));
  const first = table.findIndex(({ name }) => name === inLayer[0].name);
  const layers = [0, 1].flatMap((layer) =>
    inLayer.map(({ name, shape }) => ({ name: name.replace("N", String(layer)), shape })),
  );
  const listed = [...table.slice(0, first), ...layers, ...table.slice(first + inLayer.length)];
  expect(listed.map(({ name, shape }) => [name, shape.map(lengthOf)])).toEqual([...seen]);
  await model.close();
});

it("the chapter on taps has every name that the code of the model gives", () => {
  const folder = join(root, "src/model");
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  const code = files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
  // named("a.b", …), named(`layer.${i}.a.b`, …), named(`${name}.b`, …), named(name("b"), …)
  const named = /\bnamed\((?:"([\w.]+)"|`layer\.\$\{\w+\}\.([\w.]+)`|`\$\{\w+\}\.(\w+)`|name\("(\w+)"\))/g;
  const ends = [...code.matchAll(named)].map((match) => match.slice(1).find(Boolean)!);
  expect(ends).toHaveLength(code.match(/\bops\.named\(/g)!.length);
  const chapter = readFileSync(join(root, "docs/taps.md"), "utf8");
  const listed = [...chapter.matchAll(/^\| `([\w.]+)`/gm)].map((match) => match[1]);
  expect(ends.filter((end) => !listed.some((name) => name === end || name.endsWith(`.${end}`)))).toEqual([]);
});
