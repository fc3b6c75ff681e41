import { smollm2Agrees } from "../golden/smollm2.ts";

smollm2Agrees("reference kernels", { kernels: "reference" });
