import { describe, expect, it } from "vitest";
import { bytesSource, contentOf, openGguf, serializeGguf } from "../../../src/gguf/index.ts";
import { dtypeByName } from "../../../src/tensor/dtype.ts";
import { joinChunks } from "../../laws/gguf.ts";
import { numbers, smallFile } from "./small-file.ts";

const open = (bytes: Uint8Array) => openGguf(bytesSource(bytes));

describe("big-endian files", () => {
  it("hold numbers with the high byte first, and are read as little-endian", async () => {
    const file = await smallFile({ k: { type: "uint32", value: 0x01020304 } }, [numbers("one", 1)], {
      littleEndian: false,
    });
    expect([...file.subarray(4, 8)]).toEqual([0, 0, 0, 3]);
    expect([...file.subarray(37, 41)]).toEqual([1, 2, 3, 4]);
    const gguf = await open(file);
    const info = gguf.tensors.get("one")!;
    expect([...(await gguf.readTensorAsStored(info))]).toEqual([0x3f, 0x80, 0, 0]);
    expect([...(await gguf.readTensor(info))]).toEqual([0, 0, 0x80, 0x3f]);
    expect([...(await gguf.readTensor(info, 1, 2))]).toEqual([0, 0x80]);
  });

  it("swap the two scales of a Q4_K block and nothing else", async () => {
    const block = Uint8Array.from({ length: 144 }, (_, i) => i);
    const tensor = { name: "t", dtype: dtypeByName("Q4_K")!, shape: [256], data: block };
    const gguf = await open(await smallFile({}, [tensor], { littleEndian: false }));
    const stored = await gguf.readTensorAsStored(gguf.tensors.get("t")!);
    expect([...stored]).toEqual([1, 0, 3, 2, ...block.subarray(4)]);
    expect([...(await gguf.readTensor(gguf.tensors.get("t")!))]).toEqual([...block]);
  });

  it("are refused for blocks of which nobody says how they lie, but can be copied", async () => {
    const tensor = { name: "t", dtype: dtypeByName("Q5_0")!, shape: [32], data: new Uint8Array(22) };
    await expect(smallFile({}, [tensor], { littleEndian: false })).rejects.toMatchObject({
      code: "UNSUPPORTED_BYTE_ORDER",
    });
    const file = await smallFile({}, [tensor], { littleEndian: false, dataAsStored: true });
    const gguf = await open(file);
    await expect(gguf.readTensor(gguf.tensors.get("t")!)).rejects.toMatchObject({ code: "UNSUPPORTED_BYTE_ORDER" });
    expect(await joinChunks(serializeGguf(contentOf(gguf)))).toEqual(file);
  });
});
