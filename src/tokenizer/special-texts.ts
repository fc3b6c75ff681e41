/**
 * Tokens that llama.cpp knows by their texts, because GGUF files often don't name them. Source: llama.cpp 0c1e570,
 * llama-vocab.cpp, `llama_vocab::impl::load`.
 */

/** Ends a turn; the first that a vocabulary has counts where the metadata name none. */
export const endOfTurnTexts = [
  "<|eot_id|>",
  "<|im_end|>",
  "<|end|>",
  "<end_of_turn>",
  "<|endoftext|>",
  "<|end_of_text|>",
  "<EOT>",
  "_<EOT>",
  "[EOT]",
  "<｜end▁of▁sentence｜>",
  "<end_of_utterance>",
];

/** Ends a message that a tool is to answer. */
export const endOfMessageTexts = ["<|eom_id|>"];

/** Each of them ends a generation. */
export const endOfGenerationTexts = [
  ...endOfTurnTexts,
  ...endOfMessageTexts,
  "<|return|>",
  "<|call|>",
  "<|flush|>",
  "<|calls|>",
  "</s>",
  "[EOS]",
  "<eos>",
  "<turn|>",
  "<|tool_response>",
  "[e~[",
];

/** Roles of tokens for filling in the middle: metadata keys, then texts; the last three end a generation too. */
export const fillInTheMiddle: { keys: string[]; texts: string[]; endsGeneration: boolean }[] = [
  {
    keys: ["fim_pre_token_id", "prefix_token_id"],
    texts: [
      "<|fim_prefix|>",
      "<fim-prefix>",
      "<fim_prefix>",
      "<｜fim▁begin｜>",
      "<PRE>",
      "▁<PRE>",
      "<|code_prefix|>",
      "<|prefix|>",
    ],
    endsGeneration: false,
  },
  {
    keys: ["fim_suf_token_id", "suffix_token_id"],
    texts: [
      "<|fim_suffix|>",
      "<fim-suffix>",
      "<fim_suffix>",
      "<｜fim▁hole｜>",
      "<SUF>",
      "▁<SUF>",
      "<|code_suffix|>",
      "<|suffix|>",
    ],
    endsGeneration: false,
  },
  {
    keys: ["fim_mid_token_id", "middle_token_id"],
    texts: [
      "<|fim_middle|>",
      "<fim-middle>",
      "<fim_middle>",
      "<｜fim▁end｜>",
      "<MID>",
      "▁<MID>",
      "<|code_middle|>",
      "<|middle|>",
    ],
    endsGeneration: false,
  },
  {
    keys: ["fim_pad_token_id"],
    texts: ["<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"],
    endsGeneration: true,
  },
  {
    keys: ["fim_rep_token_id"],
    texts: ["<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"],
    endsGeneration: true,
  },
  { keys: ["fim_sep_token_id"], texts: ["<|file_sep|>"], endsGeneration: true },
];

/** Always part of the text (gpt-oss). */
export const alwaysRenderedTexts = ["<|channel|>", "<|message|>", "<|start|>", "<|constrain|>"];
