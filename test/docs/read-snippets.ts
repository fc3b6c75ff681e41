import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/built.ts";

/** A fenced block of TypeScript in a page: what a reader would copy. */
export interface Snippet {
  /** Page and line: `docs/gguf.md:12`. */
  readonly place: string;
  readonly code: string;
  /** Only its types are checked. */
  readonly noRun: boolean;
  /** It needs the real model. */
  readonly shared: boolean;
  /** What its `// →` comments say it prints, a line each; undefined where it has none. */
  readonly expected: readonly string[] | undefined;
}

/**
 * Every ` ```ts ` block of the README and of `docs/`. Words after `ts` say how it is tested: `no-run` checks its types
 * only, `shared` runs it where the real model is.
 */
export function readSnippets(): Snippet[] {
  const chapters = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  return ["README.md", "CONTRIBUTING.md", ...chapters.map((name) => `docs/${name}`)].flatMap((page) =>
    readPage(page, readFileSync(join(root, page), "utf8")),
  );
}

/** The snippets of one page. */
export function readPage(page: string, text: string): Snippet[] {
  const found = [...text.matchAll(/^```ts\b([^\n]*)\n([\s\S]*?)^```$/gm)];
  return found.map(({ 1: words, 2: code, index }) => {
    const expected = [...code.matchAll(/\/\/ →( ?)(.*)$/gm)].map((match) => match[2].trimEnd());
    return {
      place: `${page}:${text.slice(0, index).split("\n").length + 1}`,
      code,
      noRun: words.split(" ").includes("no-run"),
      shared: words.split(" ").includes("shared"),
      expected: expected.length > 0 ? expected : undefined,
    };
  });
}

/** Whether a printed line is the expected one, in which `…` stands for any text. */
export function matches(printed: string, expected: string): boolean {
  const pattern = expected.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pattern.join(".*")}$`, "u").test(printed.trimEnd());
}
