import { formatByName } from "../../../kernels/formats/index.ts";
import { ModelError } from "../../errors.ts";
import type { TensorPlan } from "./choose-formats.ts";

/**
 * Whether what is to be quantised can be read, and is not quantised already: known before anything is computed.
 * @throws ModelError `UNSUPPORTED_FORMAT`, `ALREADY_QUANTIZED`
 */
export function checkInputs(plans: readonly TensorPlan[], allowRequantize = false): void {
  for (const { info, format } of plans) {
    const { name, dtype } = info;
    if (dtype.name === format) continue;
    const from = formatByName(dtype.name);
    if (from === undefined) throw new ModelError("UNSUPPORTED_FORMAT", `tensor "${name}": ${dtype.name} can't be read`);
    if (from.blockLength > 1 && !allowRequantize) {
      const hint = "start from F32, F16 or BF16, or allow it with --allow-requantize (the errors add up)";
      throw new ModelError("ALREADY_QUANTIZED", `tensor "${name}" is ${dtype.name} already; ${hint}`);
    }
  }
}
