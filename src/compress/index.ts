/** Making models smaller, and training small ones. */
export * from "./calibrate/index.ts";
export * from "./compare/index.ts";
export * from "./imatrix/index.ts";
export * from "./prune/index.ts";
export * from "./quantize/index.ts";
export * from "./train/index.ts";
