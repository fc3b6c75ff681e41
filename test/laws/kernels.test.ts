import { describe, it } from "vitest";
import { attention, matmul, matmulF32 } from "../../kernels/reference/index.ts";
import * as laws from "./kernels.ts";

for (const precision of ["f32", "int8"] as const) {
  describe(`reference matrix product, ${precision}`, () => {
    const multiply: laws.MatrixProduct = (...rest) => matmul(precision, ...rest);
    it("rows are independent", () => laws.rowsAreIndependent(multiply));
    it("tokens are independent: batched = alone", () => laws.tokensAreIndependent(multiply));
  });
}

describe("reference attention", () => {
  it("sees its own sequence only", () => laws.attentionSeesItsSequenceOnly(attention));
  it("looking changes nothing", () => laws.lookingChangesNothing(attention));
  it("agrees with itself", () => laws.attentionsAgree(attention, attention));
});

describe("the laws notice", () => {
  const fails = (law: Promise<void>): Promise<void> =>
    law.then(
      () => Promise.reject(new Error("the law held")),
      () => undefined,
    );

  it("a product that depends on the rows around it", () =>
    fails(laws.rowsAreIndependent((w, x, n, out, start, end) => matmulF32(w, x, n, out, Math.max(0, start - 1), end))));

  it("a product that depends on the other tokens", () =>
    fails(
      laws.tokensAreIndependent((w, x, n, out, start, end) => {
        matmulF32(w, x, n, out, start, end);
        if (n > 1) out[0] += 1;
      }),
    ));

  it("another order of sums", () =>
    fails(
      laws.productsAgree(matmulF32, (w, x, n, out, start, end) => {
        matmulF32(
          w,
          x.map((v) => Math.fround(v * 3)),
          n,
          out,
          start,
          end,
        );
        out.forEach((y, i) => (out[i] = y / 3));
      }),
    ));

  it("attention that reads past its position", () =>
    fails(
      laws.attentionSeesItsSequenceOnly((a) =>
        attention(a.position % 64 === 63 ? a : { ...a, position: a.position + 1 }),
      ),
    ));
});
