import type { Command } from "commander";

/** A command's module: it adds arguments, options, examples and the action to a command of its name. */
export interface CommandModule {
  readonly define: (command: Command) => void;
}

/** A command by name, with the module that is loaded only when it is asked for. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

export const commandTable: readonly CommandEntry[] = [
  { name: "start", summary: "tell a story, with the built-in model", load: () => import("./commands/start.ts") },
  { name: "models", summary: "list good small models", load: () => import("./commands/models.ts") },
  { name: "download", summary: "bring a model into the cache", load: () => import("./commands/download.ts") },
  { name: "generate", summary: "continue a text", load: () => import("./commands/generate.ts") },
  { name: "chat", summary: "talk to a model in the terminal", load: () => import("./commands/chat.ts") },
  { name: "info", summary: "show a file's metadata, tensors and sizes", load: () => import("./commands/info.ts") },
  { name: "explain", summary: "print the plan that computes a token", load: () => import("./commands/explain.ts") },
  { name: "tokenize", summary: "texts to tokens, as JSON", load: () => import("./commands/tokenize.ts") },
  { name: "detokenize", summary: "tokens to texts, as JSON", load: () => import("./commands/detokenize.ts") },
  { name: "logits", summary: "write the logits of a text to a file", load: () => import("./commands/logits.ts") },
  { name: "perplexity", summary: "how well a model predicts a text", load: () => import("./commands/perplexity.ts") },
  { name: "score", summary: "the log-probability of each token of a text", load: () => import("./commands/score.ts") },
  { name: "embed", summary: "texts to vectors, for search and comparison", load: () => import("./commands/embed.ts") },
  { name: "trace", summary: "a page that shows how each token came about", load: () => import("./commands/trace.ts") },
  { name: "render", summary: "a conversation as the model reads it", load: () => import("./commands/render.ts") },
  { name: "sample", summary: "apply samplers to logits, as JSON", load: () => import("./commands/sample.ts") },
  { name: "train", summary: "train a small model on texts", load: () => import("./commands/train.ts") },
  { name: "distill", summary: "train a model to follow another", load: () => import("./commands/distill.ts") },
  { name: "bench", summary: "measure speed and memory", load: () => import("./commands/bench.ts") },
  { name: "compare", summary: "what fewer bits cost, on a text", load: () => import("./commands/compare.ts") },
  { name: "imatrix", summary: "how much each column matters", load: () => import("./commands/imatrix.ts") },
  { name: "prune", summary: "a model with fewer weights", load: () => import("./commands/prune.ts") },
  { name: "quantize", summary: "a model in fewer bits", load: () => import("./commands/quantize.ts") },
];
