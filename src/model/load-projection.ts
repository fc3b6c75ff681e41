import type { Projection } from "../tensor/index.ts";
import type { Architecture } from "./architectures/index.ts";
import type { Piece, TensorLoader } from "./tensor-loader.ts";

/** A matrix inside a larger one: the name of that, and its rows in it. */
export interface FusedPart {
  readonly tensor: string;
  readonly firstRow: number;
}

export type LoadProjection = (name: string, rows: number, columns: number, within?: FusedPart) => Promise<Projection>;

/**
 * Loads matrices with the scale and bias that the file may have for them. In a feed-forward network the scale multiplies
 * the bias too (llama.cpp 0c1e570, llama-graph.cpp, build_ffn), in attention it does not (build_qkv).
 */
export function projectionLoader(loader: TensorLoader, variant: Architecture): LoadProjection {
  return async (name, rows, columns, within) => {
    const scaleName = `${within?.tensor ?? name}.scale`;
    const { weight, bias } =
      within === undefined
        ? {
            weight: await loader.load(`${name}.weight`, rows, columns),
            bias: await loader.loadIfThere(`${name}.bias`, 1, rows),
          }
        : await loadFused(loader, name, rows, columns, within);
    if (!name.includes("ffn_")) return { weight, bias, scale: await loader.loadIfThere(scaleName, 1, 1) };
    // llama.cpp knows these scales for some architectures only; for NVFP4 they are a part of the format.
    const isScaled = variant.feedForwardScales === true && !name.includes("shexp") && !name.includes("_inp");
    if (!isScaled && weight.dtype.name !== "NVFP4") return { weight, bias };
    return { weight, bias, outputScale: await loader.loadIfThere(scaleName, 1, 1) };
  };
}

/** The caller has checked the whole tensor's shape. */
async function loadFused(
  loader: TensorLoader,
  name: string,
  rows: number,
  columns: number,
  { tensor, firstRow }: FusedPart,
) {
  const piece = (length: number): Piece[] => [{ first: firstRow * length, count: rows * length }];
  const weight = await loader.part(`${name}.weight`, `${tensor}.weight`, rows, columns, piece(columns));
  const bias = loader.has(`${tensor}.bias`)
    ? await loader.part(`${name}.bias`, `${tensor}.bias`, 1, rows, piece(1))
    : await loader.loadIfThere(`${name}.bias`, 1, rows);
  return { weight, bias };
}
