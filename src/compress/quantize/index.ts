/** Quantising: a model's matrices in formats of fewer bits. */
export { type ChooseOptions, type TensorPlan, chooseFormats } from "./choose-formats.ts";
export { type FileType, fileTypeByName, fileTypes } from "./file-types.ts";
export { type QuantizeOptions, type QuantizeProgress, type QuantizeResult, quantizeFile } from "./quantize.ts";
