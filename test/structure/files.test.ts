import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const folders = (parent: string) =>
  readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${parent}/${entry.name}`);

describe("the files", () => {
  it("say what a folder offers in its index.ts", () => {
    const layers = [...folders("src"), ...folders("kernels"), "test/laws"].filter((folder) => folder !== "src/cli");
    expect(layers.filter((folder) => !existsSync(join(root, folder, "index.ts")))).toEqual([]);
  });

  it("publish every law", () => {
    const index = readFileSync(join(root, "test/laws/index.ts"), "utf8");
    const laws = readdirSync(join(root, "test/laws")).filter((name) =>
      /^(?!index|wasm-|.*(\.test|arbitraries)\.ts$)/.test(name),
    );
    expect(laws.filter((name) => !index.includes(`"./${name}"`))).toEqual([]);
  });

  it("have names in kebab case", () => {
    const names = ["src", "kernels", "test", "scripts"].flatMap((top) =>
      readdirSync(join(root, top), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.[jt]s$/.test(name) && !name.includes("node_modules"))
        .map((name) => `${top}/${name}`),
    );
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !/^[a-z0-9-]+(\/[a-z0-9-]+)*(\.test)?\.[jt]s$/.test(name))).toEqual([]);
  });

  it("hold the forward pass in 200 lines", () => {
    expect(readFileSync(join(root, "src/model/llama.ts"), "utf8").split("\n").length).toBeLessThanOrEqual(200);
  });
});

describe("the pages", () => {
  const pages = [
    ...readdirSync(root).filter((name) => name.endsWith(".md")),
    ...readdirSync(join(root, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];

  it.each(pages)("%s links to files that are there", (page) => {
    const text = readFileSync(join(root, page), "utf8").replace(/```[\s\S]*?```/g, "");
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1].split("#")[0]);
    const local = targets.filter((target) => target !== "" && !/^[a-z]+:/.test(target));
    // The reference of the public API is built, not kept.
    const missing = local.filter((target) => !target.includes("api/") && !existsSync(join(root, page, "..", target)));
    expect(missing).toEqual([]);
  });

  it("are all in the index docs/README.md", () => {
    const index = readFileSync(join(root, "docs/README.md"), "utf8");
    const chapters = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md") && name !== "README.md");
    expect(chapters.filter((name) => !index.includes(`(${name})`))).toEqual([]);
  });
});
