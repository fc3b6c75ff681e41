import { describe, it } from "vitest";
import * as laws from "./gguf.ts";

describe("GGUF", () => {
  it("parse∘write = identity", () => laws.parseOfWriteIsIdentity());
  it("write∘parse = identity", () => laws.writeOfParseIsIdentity());
  it("says the same in both byte orders and versions", () => laws.byteOrderIsInvisible());
  it("reads any range of a tensor", () => laws.rangesArePartsOfTheWhole());
});
