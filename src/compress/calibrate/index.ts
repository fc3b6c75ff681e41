/** Quantising with a text in view. */
export { type CalibrateOptions, calibrate } from "./calibrate.ts";
export { inverseFactor } from "./factor.ts";
export { quantizeByGptq } from "./gptq.ts";
