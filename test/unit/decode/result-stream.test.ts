import { describe, expect, it } from "vitest";
import { ResultStream } from "../../../src/decode/index.ts";

async function* count(to: number, onEnd: () => void = () => undefined): AsyncGenerator<number, string, undefined> {
  try {
    for (let i = 1; i <= to; i++) {
      await Promise.resolve();
      yield i;
    }
    return "done";
  } finally {
    onEnd();
  }
}

describe("ResultStream", () => {
  it("gives items, then the result", async () => {
    const stream = new ResultStream(count(3));
    const items: number[] = [];
    for await (const item of stream) items.push(item);
    expect(items).toEqual([1, 2, 3]);
    expect(await stream.result).toBe("done");
  });

  it("gives the result to those who skip the items", async () => {
    expect(await new ResultStream(count(3)).result).toBe("done");
  });

  it("can be read once", async () => {
    const stream = new ResultStream(count(1));
    await stream.result;
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow("can be read once");
  });

  it("ends its source when the reader leaves, and says so to who waits for the result", async () => {
    let ended = false;
    const stream = new ResultStream(count(100, () => (ended = true)));
    for await (const item of stream) if (item === 2) break;
    expect(ended).toBe(true);
    await expect(stream.result).rejects.toMatchObject({ code: "ABANDONED" });
  });

  it("passes an error to the reader and to the result", async () => {
    async function* failing(): AsyncGenerator<number, string, undefined> {
      await Promise.resolve();
      throw new RangeError("no");
    }
    await expect(new ResultStream(failing()).result).rejects.toThrow(RangeError);
    const stream = new ResultStream(failing());
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow("no");
  });
});
