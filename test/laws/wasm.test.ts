import { describe, it } from "vitest";
import { blockFormats, isIntegerFormat } from "../../kernels/formats/index.ts";
import { kernelFormats } from "../../kernels/wasm/index.ts";
import { allInstances, type Law } from "./wasm-harness.ts";
import { matmulInt8Law, quantizeActivationLaw } from "./wasm-products.ts";
import { findNonFiniteLaw, unpackLaw } from "./wasm-weights.ts";

const formats = blockFormats.filter(({ name }) => kernelFormats[name] !== undefined);
const integers = formats.filter(isIntegerFormat);

const laws: readonly Law[] = [
  ...formats.map(findNonFiniteLaw),
  ...integers.map(unpackLaw),
  quantizeActivationLaw,
  ...integers.map(matmulInt8Law),
];

const instances = await allInstances();

describe(`WebAssembly kernels equal the reference bit for bit (${instances.map(({ name }) => name).join("; ")})`, () => {
  for (const law of laws) it(law.name, () => law.check(instances, 2000));
});
