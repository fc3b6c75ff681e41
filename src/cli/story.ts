import type { GenerateOptions } from "../index.ts";

/** How a story begins. */
export const opening = "Once upon a time,";

/** How the model that comes with the package tells its stories best: likely words, and no running in circles. */
export const storySampling: GenerateOptions = { temperature: 0.6, topP: 0.9, repeatPenalty: 1.1, penaltyLastN: 40 };
