import type { Backend, CacheStorage, Precision, Program } from "./backend.ts";
import { ReferenceCache } from "./reference-cache.ts";
import { ReferenceOperations } from "./reference-operations.ts";
import type { ReferenceValue } from "./reference-value.ts";
import { loadReferenceWeight } from "./reference-weight.ts";

/** The backend that runs the scalar kernels: slow, and the definition of what every other backend returns. */
export function createReferenceBackend(precision: Precision): Backend {
  return {
    kernels: "reference",
    precision,
    threads: 1,
    maxBatch: 8,
    maxOutputs: 8,
    loadWeight: loadReferenceWeight,
    compile: (graph) => {
      const program: Program = {
        createCache: (shape) => new ReferenceCache(shape),
        run: (batch, cache: CacheStorage, taps) => {
          if (!(cache instanceof ReferenceCache)) throw new TypeError("the cache is another backend's");
          const { data } = graph(new ReferenceOperations(batch, cache, precision, taps)) as ReferenceValue;
          batch.into?.set(data);
          return Promise.resolve(batch.into ?? data);
        },
      };
      return Promise.resolve(program);
    },
    close: () => Promise.resolve(),
  };
}
