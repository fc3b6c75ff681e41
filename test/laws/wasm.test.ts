import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockFormats, isIntegerFormat } from "../../kernels/formats/index.ts";
import { kernelFormats } from "../../kernels/wasm/index.ts";
import { quantizeActivationLaw, rmsNormQuantizeLaw } from "./wasm-activation.ts";
import { attentionLaw } from "./wasm-attention.ts";
import { allInstances, type Law } from "./wasm-harness.ts";
import { matmulF32Law, matmulInt8Law } from "./wasm-products.ts";
import { argmaxLaw, embedLaw, ropeLaw, rowLaws, topKLaw } from "./wasm-rows.ts";
import { findNonFiniteLaw, unpackLaw } from "./wasm-weights.ts";

const formats = blockFormats.filter(({ name }) => kernelFormats[name] !== undefined);
const integers = formats.filter(isIntegerFormat);

const laws: readonly Law[] = [
  ...formats.map(findNonFiniteLaw),
  ...integers.map(unpackLaw),
  ...formats.map(embedLaw),
  ...integers.map((format) => matmulInt8Law(format)),
  ...formats.map(matmulF32Law),
  ...rowLaws,
  quantizeActivationLaw,
  rmsNormQuantizeLaw,
  ropeLaw,
  attentionLaw,
  argmaxLaw,
  topKLaw,
];

const instances = await allInstances();

describe(`WebAssembly kernels equal the reference bit for bit (${instances.map(({ name }) => name).join("; ")})`, () => {
  for (const law of laws) it(law.name, () => law.check(instances, 2000));
});

it("a product so wide that a tile has fewer tokens equals the reference's too", async () => {
  for (const name of ["Q8_0", "Q6_K"]) {
    const format = integers.find((format) => format.name === name)!;
    const wide = { rows: 5, columns: 8192, tokens: 50, kind: "ordinary", bands: [0, 0] } as const;
    const cases = fc.nat().map((seed) => ({ ...wide, seed }));
    await matmulInt8Law(format, cases).check(instances, 3);
  }
});

describe("the laws notice", () => {
  const [instance] = instances;

  it("a product with a row too few", async () => {
    const { matmulQ4_1 } = instance.kernels;
    const kernels = {
      ...instance.kernels,
      matmulQ4_1: (...[w, c, x, t, out, stride, start, end, scratch]: Parameters<typeof matmulQ4_1>) =>
        matmulQ4_1(w, c, x, t, out, stride, start, Math.max(start, end - 1), scratch),
    };
    const law = matmulInt8Law(integers.find(({ name }) => name === "Q4_1")!);
    await expect(law.check([{ ...instance, kernels }], 100)).rejects.toThrow();
  });

  it("a sum in another order", async () => {
    const kernels = { ...instance.kernels, add: instance.kernels.multiply };
    await expect(rowLaws[0].check([{ ...instance, kernels }], 100)).rejects.toThrow();
  });
});
