/** What the module for training exports: loaded only by training, over the same kind of memory as the others. */
export { add, swiglu } from "../elementwise";
export { rmsNorm } from "../rms-norm";
export { rope } from "../rope";
export { productByLower, productByUpper, productLower, softmaxCausal, softmaxCausalBackward } from "./attention";
export { scaleAll, softmaxRows } from "./loss";
export { adamW, reduceGradients } from "./optimizer";
export { packPanels, packStrips, packTransposed } from "./pack";
export { product, productPacked } from "./product";
export { accumulate, embedBackward, embedRows, rmsNormBackward, swigluBackward } from "./rows";
