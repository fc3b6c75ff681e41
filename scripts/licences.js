import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The licence texts of the packages that files of `inputs` came from; `what` is what contains them. */
export function licences(root, inputs, what) {
  const packages = new Set();
  for (const input of inputs) {
    const inside = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (inside) packages.add(inside[1]);
  }
  const parts = [...packages].sort().map((folder) => {
    const { name, version, license, author } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const by = typeof author === "string" ? author : author?.name;
    const text = file
      ? readFileSync(join(root, folder, file), "utf8").trim()
      : `Licence: ${license}; by ${by ?? "its authors"}`;
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  const head = `${what} contains code of these packages:\n${[...packages]
    .sort()
    .map((f) => `- ${f.replace(/^.*node_modules\//, "")}\n`)
    .join("")}`;
  return [head, ...parts].join(`\n${"-".repeat(80)}\n\n`);
}
