import { cruise, type ICruiseResult, type IForbiddenRuleType } from "dependency-cruiser";

/** A layer by name and the files it has. Each imports only itself and the layers above it in the list. */
interface Layer {
  readonly name: string;
  readonly path: string;
  /** Layers that it may import, where that is not all of those above. */
  readonly only?: readonly string[];
}

/** The order of the layers, as the README draws it. */
export const layers: readonly Layer[] = [
  { name: "kernels/formats", path: "^kernels/formats/" },
  { name: "kernels/reference", path: "^kernels/reference/" },
  { name: "kernels/wasm", path: "^kernels/wasm/" },
  { name: "src/errors.ts", path: "^src/errors\\.ts$", only: [] },
  { name: "src/platform", path: "^src/platform/", only: ["src/errors.ts"] },
  ...[
    "tensor",
    "plan",
    "gguf",
    "download",
    "embedded-model",
    "tokenizer",
    "cache",
    "model",
    "sampling",
    "decode",
    "compress",
    "engine",
  ].map((folder) => ({ name: `src/${folder}`, path: `^src/${folder}/` })),
  { name: "the library", path: "^src/(?!errors\\.ts$)[^/]+\\.ts$" },
  { name: "src/cli", path: "^src/cli/" },
];

/** Packages from outside that the library and the command may use, and where. */
export const packages: readonly { name: string; from: string }[] = [
  { name: "@huggingface/jinja", from: "^src/tokenizer/" },
  { name: "@huggingface/hub", from: "^src/download/" },
  { name: "commander", from: "^src/cli/" },
  { name: "cli-progress", from: "^src/cli/" },
  { name: "@observablehq/plot", from: "^src/cli/trace/page/" },
];

const product = "^(src|kernels)/";
const published = "^(src|kernels|test/laws)/";

/** The rules as dependency-cruiser takes them. Imports of types count like any other. */
export const rules: readonly IForbiddenRuleType[] = [
  { name: "no cycles", severity: "error", from: {}, to: { circular: true } },
  { name: "every import is there", severity: "error", from: { path: published }, to: { couldNotResolve: true } },
  ...layers.map(({ name, path, only }, place): IForbiddenRuleType => ({
    name: `${name} imports only what is above it`,
    severity: "error",
    from: { path },
    to: {
      path: product,
      pathNot: layers
        .filter((other, otherPlace) =>
          only === undefined ? otherPlace <= place : other.name === name || only.includes(other.name),
        )
        .map((other) => other.path),
    },
  })),
  {
    name: "the product imports only itself",
    severity: "error",
    from: { path: product },
    to: { dependencyTypes: ["local"], pathNot: [product, "^package\\.json$"] },
  },
  {
    name: "only src/platform and src/cli know a runtime",
    severity: "error",
    from: { path: product, pathNot: ["^src/platform/", "^src/cli/"] },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "no package from outside but in its place",
    severity: "error",
    from: { path: product },
    to: { path: "node_modules", pathNot: packages.map(({ name }) => `node_modules/${name}/`) },
  },
  ...packages.map(({ name, from }): IForbiddenRuleType => ({
    name: `${name} only in its place`,
    severity: "error",
    from: { path: product, pathNot: from },
    to: { path: `node_modules/${name}/` },
  })),
  {
    name: "the published laws need only fast-check and an assertion",
    severity: "error",
    from: { path: "^test/laws/", pathNot: "\\.test\\.ts$" },
    to: {
      pathNot: [
        product,
        "^test/laws/(?!.*\\.test\\.ts$)",
        "^test/support/property\\.ts$",
        "^assert/strict$",
        "node_modules/fast-check/",
      ],
    },
  },
  {
    name: "everything belongs to a layer",
    severity: "error",
    from: { path: product, pathNot: layers.map(({ path }) => path) },
    to: {},
  },
];

/** Every violation below `folder`, one a line: `rule: from → to`. */
export async function findViolations(folder: string, entries: string[]): Promise<string[]> {
  const { output } = await cruise(
    entries,
    {
      baseDir: folder,
      ruleSet: { forbidden: [...rules] },
      validate: true,
      tsPreCompilationDeps: true,
      doNotFollow: { path: "node_modules" },
      exclude: { path: "^kernels/wasm/assembly/" },
      moduleSystems: ["es6"],
    },
    { extensions: [".ts", ".js", ".json"], conditionNames: ["import", "types", "default"], exportsFields: ["exports"] },
  );
  const { violations } = (output as ICruiseResult).summary;
  return violations.map(({ rule, from, to, cycle }) => {
    const way = cycle ? [from, ...cycle.map((step) => (typeof step === "string" ? step : step.name))] : [from, to];
    return `${rule.name}: ${way.join(" → ")}`;
  });
}
