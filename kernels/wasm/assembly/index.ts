/** What a module exports. Memory is imported, laid out by the caller; nothing here allocates. */
export { matmulQ4_0, matmulQ4_1, matmulQ4_K, matmulQ5_0, matmulQ5_1, matmulQ5_K } from "./matmul-int8";
export { matmulQ2_K, matmulQ3_K, matmulQ6_K } from "./matmul-int8-halves";
export { matmulQ8_0 } from "./matmul-int8-q8";
export { pack } from "./pack";
export { activationBytes, quantizeActivation } from "./quantize-activation";
export { packedBytes } from "./sizes";
export { unpackBand } from "./unpack";
export { add, addBias, geglu, multiply, scale, softCap, swiglu } from "./elementwise";
export { addScaled, clamp, gegluHalf, geluHalf, reluSquared, sigmoidGate, swigluClamped } from "./activations";
export { layerNorm } from "./layer-norm";
export { embed } from "./embed";
export { matmulF32 } from "./matmul-f32";
export { rmsNorm, rmsNormQuantize } from "./rms-norm";
export { rope } from "./rope";
export { softmax } from "./softmax";
export { argmax, topK } from "./top-k";
export { attendSpans, attention, mergeSpans, partialBytes } from "./attention";
export { cachePageBytes, storeKeyValue } from "./cache";
