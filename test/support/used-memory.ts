import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes in use after garbage collection: the least of several looks, since buffers are freed some time after their objects. */
export async function usedMemory(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  let least = Infinity;
  for (let look = 0; look < 5; look++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    collectGarbage();
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    least = Math.min(least, arrayBuffers + heapUsed);
  }
  return least;
}
