/**
 * Takes out the spaces that some vocabularies leave before punctuation, in three passes: before ?!.,; around a lone
 * apostrophe; before 's 'm 're 've. Source: llama.cpp 0c1e570, llama-vocab.cpp, `llama_vocab::impl::detokenize`.
 */
export function cleanUpSpaces(text: string): string {
  return beforeContractions(aroundApostrophes(beforePunctuation(text)));
}

function beforePunctuation(text: string): string {
  return text.replace(/ (?=[?!.,])/g, "");
}

function aroundApostrophes(text: string): string {
  return text.replace(/ ' /g, "'");
}

function beforeContractions(text: string): string {
  return text.replace(/ (?='(?:s|m|re|ve))/g, "");
}
