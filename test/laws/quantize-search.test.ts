import { describe, it } from "vitest";
import { Q2_K, Q3_K, Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K } from "../../kernels/formats/index.ts";
import { compileKernels, createSearch } from "../../kernels/wasm/index.ts";
import { searchAgrees } from "./quantize-search.ts";

describe("the search of four groups at a time", async () => {
  const search = createSearch(await compileKernels({ shared: false }));
  for (const format of [Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K]) {
    it(`packs ${format.name} as the plain one does`, () => searchAgrees(format, search));
  }
});
