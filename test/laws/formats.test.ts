import { describe, it } from "vitest";
import { blockFormats, isIntegerFormat } from "../../kernels/formats/index.ts";
import * as laws from "./formats.ts";

/** Their scales come of a search for the least error, and the values it made may have better ones. */
const unstable = ["IQ4_NL", "IQ4_XS", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"];

for (const format of blockFormats) {
  describe(format.name, () => {
    it("unpacks each block by itself", () => laws.blocksAreIndependent(format));
    it("finds the first infinite or NaN value", () => laws.nonFiniteIsFound(format));
    if (isIntegerFormat(format)) {
      it("has integers that say what unpack says", () => laws.integersAgreeWithUnpack(format));
      it("has integers whose products are exact", () => laws.integersAreSmall(format));
      it("unpacks the integers of each block by itself", () => laws.integerBlocksAreIndependent(format));
    }
    if (format.pack) {
      it("packs each block by itself", () => laws.packedBlocksAreIndependent(format));
      if (!unstable.includes(format.name)) it("keeps what packing kept", () => laws.packingIsStable(format));
    }
  });
}
