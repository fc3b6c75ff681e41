import { dtypeByName } from "../../gguf/index.ts";
import type { HintLoss } from "./hint-loss.ts";
import { gaussian } from "./new-model.ts";
import { hintWeight } from "./parameter.ts";
import type { RecordedWeight } from "./recording-backend.ts";

/**
 * Matrices that take the residuals of a student to its teacher's width, one for each hint; none where the widths are the
 * same. Drawn at random so that lengths stay about as they are; the same for the same hint.
 */
export function hintProjections(hints: HintLoss | undefined, width: number): RecordedWeight[] {
  if (hints === undefined || hints.width === width) return [];
  return hints.layers.map((_, index) => {
    const normal = gaussian(index + 1);
    const values = Float32Array.from({ length: hints.width * width }, () => normal() / Math.sqrt(width));
    return { name: hintWeight(index), dtype: dtypeByName("F32")!, rows: hints.width, columns: width, values };
  });
}
