import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { runtimes } from "../../support/runtimes.ts";
import { contentOf, filesIn, useDesk } from "./desk.ts";
import { cutAfter, fakeGguf, whole } from "./fake-hub.ts";

const desk = useDesk();
const bytes = fakeGguf(300_000);

// Those that read TypeScript.
for (const { name, program, missing } of runtimes.filter(({ name }) => /Deno|Bun/.test(name))) {
  const title = `${name} fetches a model once, over a broken connection`;
  if (missing !== undefined && process.env.CI === undefined) {
    it.skip(`${title} [skipped: ${missing}]`, () => undefined);
    continue;
  }
  it(title, async () => {
    desk.hub.files.set("some/repo/model.gguf", {
      bytes,
      answer: (asked, response) => (asked.count === 0 ? cutAfter(100_000) : whole)(asked, response),
    });
    const script = join(import.meta.dirname, "fetch-twice.ts");
    const args = ["run", ...(name.startsWith("Deno") ? ["--allow-all", "--no-remote"] : []), script];
    const { endpoint } = desk.hub;
    const { stdout } = await promisify(execFile)(program, [...args, "hf:some/repo/model.gguf", endpoint, desk.folder]);
    const [one, two] = JSON.parse(stdout) as { path: string }[];
    expect(one).toEqual(two);
    expect(contentOf(one.path)).toEqual(bytes);
    expect(desk.hub.transfers).toHaveLength(2);
    expect(filesIn(desk.folder).filter((file) => /incomplete|lock/.test(file))).toEqual([]);
  });
}
