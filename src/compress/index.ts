/** Making models smaller. */
export * from "./imatrix/index.ts";
export * from "./quantize/index.ts";
