import { hermes } from "./hermes.ts";
import type { ToolFamily } from "../family.ts";

/** Models whose template knows no tools: they are told of Hermes' tags in words. */
export const plain: ToolFamily = { ...hermes, name: "plain", signs: [], history: { resultsAsUser: true } };
