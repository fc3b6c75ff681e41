/**
 * What must hold, as properties that another engine can run on itself. A law is a function that takes what it is about
 * (a format, a matrix product, an attention, a GGUF reader, a tokenizer, a model) and fails by throwing, with the case
 * that breaks it; those of models give false. So a kernel written elsewhere is tested against the reference, in any test
 * runner, like this:
 *
 * ```ts
 * import { matmulF32 } from "pellucid/reference";
 * import { productsAgree, rowsAreIndependent } from "pellucid/laws";
 *
 * test("my product is the reference's, bit for bit", () => productsAgree(mine, matmulF32));
 * test("a row does not depend on the rows computed with it", () => rowsAreIndependent(mine));
 * ```
 *
 * Laws of formats, kernels and GGUF run their own cases, a thousand with a fixed seed. Laws of tokenizers and models
 * take one case, since what makes good cases depends on the model: give them to `property` with `arbitraryText` or
 * `cutTexts`. `PELLUCID_SEED` varies the seed, `PELLUCID_RUNS` multiplies the cases. The only package needed is
 * fast-check, an optional peer dependency.
 *
 * @packageDocumentation
 */
export { property } from "../support/property.ts";

// Equal bit for bit, any NaN being equal to any.
export * from "./bits.ts";
// Block formats: unpack, pack, and the integers of the int8 precision.
export * from "./formats.ts";
// Reading and writing GGUF.
export * from "./gguf.ts";
// Matrix products and attention of any make, against each other or themselves.
export * from "./kernels.ts";
// Tokenizers: decode∘encode = identity, streaming = at once; and small vocabularies to try them on.
export * from "./tokenizer.ts";
export * from "./tokenizer-vocabulary.ts";
// Models: cached = uncached, in parts = at once.
export * from "./model.ts";
// Reading what a model writes: the same parts, however the text is cut.
export * from "./tool-calls.ts";
// Plans: the fast kernels on any number of threads give the reference's logits.
export * from "./architectures.ts";
// Searches for scales, of which formats are packed, against the plain one.
export * from "./quantize-search.ts";

// The WebAssembly kernels against the reference, one law a kernel; `law` makes another of the kind.
export { Heap, type Instance, type KernelLaw, type Law, allInstances, law } from "./wasm-harness.ts";
export { type Kind, kinds, singles } from "./wasm-data.ts";
export { quantizeActivationLaw, rmsNormQuantizeLaw } from "./wasm-activation.ts";
export { attentionLaw } from "./wasm-attention.ts";
export { matmulF32Law, matmulInt8Law, type ProductCase } from "./wasm-products.ts";
export { argmaxLaw, embedLaw, ropeLaw, rowLaws, topKLaw } from "./wasm-rows.ts";
export { findNonFiniteLaw, unpackLaw } from "./wasm-weights.ts";
export type { Gate, Kernels, MatmulInt8, Pointer } from "../../kernels/wasm/kernels.ts";
export { type IntegerFormatName, integerFormats } from "../../kernels/wasm/formats.ts";
// Constraints: the mask is what is accepted, and a text is never stuck.
export * from "./constraints.ts";
