import { chunkLength } from "./memory-map.ts";
import { type Parameter, roomOf } from "./parameter.ts";

/** A part of a parameter that one thread reduces and updates. */
export interface Chunk {
  readonly at: number;
  readonly length: number;
  readonly decays: boolean;
}

/** All parameters in chunks, the same for any number of threads. The gaps between parameters are zeros and stay so. */
export function chunksOf(parameters: readonly Parameter[]): Chunk[] {
  return parameters.flatMap((parameter) => {
    const room = roomOf(parameter);
    return Array.from({ length: Math.ceil(room / chunkLength) }, (_, i) => ({
      at: parameter.at + i * chunkLength,
      length: Math.min(chunkLength, room - i * chunkLength),
      decays: parameter.decays,
    }));
  });
}
