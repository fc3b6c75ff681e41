import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes the model of `models/` as base64 into a TypeScript file, so that no bundler or runtime has to find a file.
 * Plain JavaScript: it runs on a Node without type stripping.
 */
export function embedModel(root) {
  const base64 = readFileSync(join(root, "models/stories.gguf")).toString("base64");
  mkdirSync(join(root, "src/embedded-model/build"), { recursive: true });
  const text = `// Written by scripts/embed-model.js from models/stories.gguf.\n\nexport const base64 =\n  "${base64}";\n`;
  writeFileSync(join(root, "src/embedded-model/build/stories.ts"), text);
}
