import fc from "fast-check";
import { expect, it } from "vitest";
import { roundToBfloat16 } from "../../../kernels/reference/index.ts";
import { property } from "../../support/property.ts";

it("gives the nearest number with 8 bits, the even one of two; NaN stays NaN, and doing it twice changes nothing", () =>
  property(fc.float(), (x) => {
    const out = new Float32Array(1);
    roundToBfloat16(Float32Array.of(x), out);
    if (Number.isNaN(x)) expect(out[0]).toBeNaN();
    const bits = new Uint32Array(out.buffer)[0];
    expect(bits & 0xffff).toBe(0);
    const again = out.slice();
    roundToBfloat16(again, again);
    expect(again).toEqual(out);
    if (!Number.isFinite(out[0]) || !Number.isFinite(x)) return;
    const neighbour = (step: number) => new Float32Array(Uint32Array.of(bits + step).buffer)[0];
    for (const other of bits << 1 === 0 ? [neighbour(0x10000)] : [neighbour(0x10000), neighbour(-0x10000)]) {
      if (!Number.isFinite(other)) continue;
      const [here, there] = [Math.abs(x - out[0]), Math.abs(x - other)];
      expect(here).toBeLessThanOrEqual(there);
      if (here === there) expect((bits >>> 16) & 1).toBe(0);
    }
  }));
