import { smollm2Agrees } from "./smollm2.ts";

smollm2Agrees("WebAssembly");
