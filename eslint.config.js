import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const runtimeGlobals = [
  "process",
  "Buffer",
  "Deno",
  "Bun",
  "require",
  "global",
  "__dirname",
  "window",
  "document",
  "self",
];

export default defineConfig(
  {
    ignores: [
      ".cache/",
      "dist/",
      "docs/api/",
      "**/node_modules/",
      "coverage/",
      "kernels/wasm/assembly/",
      "kernels/wasm/build/",
      "src/**/build/",
    ],
  },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["*.js", ".*.cjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // Typed arrays are indexed on every line of the kernels; `!` there says more than a check would.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    // The layers' test sees imports; this sees globals that only some runtimes have.
    files: ["src/**/*.ts", "kernels/**/*.ts", "test/laws/**/*.ts"],
    ignores: ["src/platform/**", "src/cli/**", "**/*.test.ts"],
    rules: {
      "no-restricted-globals": ["error", ...runtimeGlobals],
      "no-restricted-properties": ["error", ...runtimeGlobals.map((property) => ({ object: "globalThis", property }))],
    },
  },
  { files: ["**/*.js", "**/*.cjs", "**/*.mjs"], extends: [tseslint.configs.disableTypeChecked] },
);
