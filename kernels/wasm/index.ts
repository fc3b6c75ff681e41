/** The operations as WebAssembly SIMD kernels, equal to `kernels/reference` bit for bit. */
export { compileKernels, kernelsSupported, type KernelOptions } from "./compile.ts";
export { hasRelaxedSimd, hasSharedMemory, hasSimd } from "./features.ts";
export { integerFormats, integersFormat, kernelFormats, type IntegerFormatName } from "./formats.ts";
export { instantiateKernels, type Kernels, type MatmulInt8, type Pointer } from "./kernels.ts";
export { createMemory, memoryPage, memoryStart } from "./memory.ts";
export { compileTrainingKernels, instantiateTrainingKernels, type TrainingKernels } from "./training.ts";
export { createSearch } from "./search.ts";
