/**
 * How each family of byte-pair vocabularies cuts a text into words, as data: steps applied one after another, each to
 * every piece that the step before it left. Source: llama.cpp 0c1e570, llama-vocab.cpp, `llm_tokenizer_bpe`, and the
 * hand-written matchers of unicode.cpp where they replace a pattern.
 */

/** A pattern whose matches, and the text between them, become pieces; or the name of a rule written in code. */
export type SplitStep = string | { rule: "digitGroups" | "digitsFromRight" | "trailingSpace" };

const contractions = String.raw`'s|'t|'re|'ve|'m|'ll|'d`;
const anyCaseContractions = String.raw`'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]`;
const space = String.raw`\s+(?!\S)|\s+`;
const lines = String.raw`\s*[\r\n]+|${space}`;
const symbolsAndLines = String.raw` ?[^\s\p{L}\p{N}]+[\r\n]*|${lines}`;
const letters = String.raw`[^\r\n\p{L}\p{N}]?\p{L}+`;

const gpt2 = String.raw`${contractions}| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|${space}`;
const qwen2 = String.raw`${anyCaseContractions}|${letters}|\p{N}|${symbolsAndLines}`;
const threeDigits = String.raw`\p{N}{1,3}`;
const llama3 = String.raw`${anyCaseContractions}|${letters}|${threeDigits}|${symbolsAndLines}`;

/** Words that begin with capitals and go on in small letters; outside ASCII every letter counts as both. */
function cased(letter: string, suffix: string, digits: string): string {
  const upper = `(?:(?=${letter})[^a-z])`;
  const lower = `(?:(?=${letter})[^A-Z])`;
  const before = String.raw`[^\r\n\p{L}\p{N}]?`;
  return [
    `${before}${upper}*${lower}+${suffix}`,
    `${before}${upper}+${lower}*${suffix}`,
    digits,
    String.raw` ?[^\s\p{L}\p{N}]+[\r\n/]*`,
    lines,
  ].join("|");
}

/** The same where \p{Lu}, \p{Ll} and so on stand for any letter, as llama.cpp reads them. */
const anyLetters = String.raw`[\p{L}\p{M}]`;
function uncased(suffix: string, digits: string): string {
  const before = String.raw`[^\r\n\p{L}\p{N}]?`;
  return [`${before}${anyLetters}*${anyLetters}+${suffix}`, digits, String.raw` ?[^\s\p{L}\p{N}]+[\r\n/]*`, lines].join(
    "|",
  );
}
const maybeContraction = `(?:${anyCaseContractions})?`;

const asciiPunctuationWord = "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+";
const deepseek3Words = String.raw`[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+`;
const deepseek3 = String.raw`${asciiPunctuationWord}|${deepseek3Words}| ?[\p{P}\p{S}]+[\r\n]*|${lines}`;
const chineseAndKana = "[一-龥぀-ゟ゠-ヿ]+";

/** Letters of scripts with two cases, as DeepSeek's first tokenizer lists them. */
const bicameral =
  "A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥ" +
  "ῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃";

const notPunctuation = String.raw` ?[^(\s|.,!?…。，、।۔،)]+`;
const newlines = String.raw`[^\n]+|[\n]+`;

/** The families, by the names that `pre-tokenizers.ts` gives vocabularies. */
export const patternFamilies = {
  default: [String.raw`[\p{P}\$\+<=>\^~\|]+`, gpt2, String.raw`\p{N}+`, "[0-9][0-9][0-9]"],
  gpt2: [gpt2],
  starcoder: [String.raw`\p{N}`, gpt2],
  llama3: [llama3],
  qwen2: [qwen2],
  qwen35: [
    String.raw`${anyCaseContractions}|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|${lines}`,
  ],
  jais2: [
    [
      String.raw`${anyCaseContractions}|${letters}|${threeDigits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+`,
      ...[512, 256, 128, 64, 32, 16, 8, 4].map((n) => String.raw`\s{${n}}(?!\S)`),
      String.raw`\s{1,2}(?!\S)|\s{1}`,
    ].join("|"),
  ],
  deepseekLlm: [
    String.raw`[\r\n]`,
    String.raw`\s?[${bicameral}]+`,
    String.raw`\s?[!-/:-~！-／：-～‘-‟　-。]+`,
    { rule: "trailingSpace" },
    "[一-龥ࠀ-一가-퟿]+",
    String.raw`\p{N}+`,
  ],
  deepseekCoder: [
    String.raw`[\r\n]`,
    String.raw`\s?\p{L}+`,
    String.raw`\s?\p{P}+`,
    "[一-龥ࠀ-一가-퟿]+",
    String.raw`\p{N}`,
  ],
  deepseek3: [threeDigits, chineseAndKana, deepseek3],
  spark: [
    threeDigits,
    chineseAndKana,
    String.raw`${asciiPunctuationWord}|${deepseek3Words}| ?[\p{P}\p{S}]+|[\r\n]|${space}`,
    String.raw`\p{N}`,
  ],
  youtu: [
    "[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|[一-龥぀-ゟ゠-ヿ]+",
    uncased(maybeContraction, String.raw`\p{N}`),
  ],
  falcon: ["[\\p{P}\\$\\+<=>\\^~\\|`]+", gpt2, "[0-9][0-9][0-9]"],
  poro: [notPunctuation],
  viking: [notPunctuation, String.raw`\p{N}`],
  tekken: [cased(String.raw`\p{L}`, "", String.raw`\p{N}`)],
  chameleon: [
    "<sentinel:[0-9]+>",
    "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z",
    String.raw`([\t\n]|    |  )`,
    String.raw`\p{N}`,
    "[\\p{P}!-/:-@\\[-`{-~]",
    gpt2,
  ],
  gpt4o: [cased(String.raw`\p{L}`, maybeContraction, threeDigits)],
  graniteEmbedding: [cased(anyLetters, maybeContraction, threeDigits)],
  tinyAya: [{ rule: "digitGroups" }, uncased(maybeContraction, threeDigits)],
  kimi: [
    String.raw`\p{Han}+|[^\r\n\p{L}\p{N}]?(?:(?!\p{Han})\p{L})+${maybeContraction}|${threeDigits}|${symbolsAndLines}`,
  ],
  superbpe: [String.raw`\p{N}+`, { rule: "digitsFromRight" }],
  bailing: [
    String.raw`'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|${letters}|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|${space}`,
  ],
  seedCoder: [String.raw`${anyCaseContractions}|${letters}|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|${lines}`],
  ufakzeka: [String.raw`${letters}|\p{N}|${symbolsAndLines}`],
  afmoe: [{ rule: "digitGroups" }, "[一-鿿㐀-䶿豈-﫿぀-ゟ゠-ヿ･-ﾟ⼀-⿟เ-๿຀-໿ក-៿က-႟ꩠ-ꩿꧠ-꧿가-힯ᄀ-ᇿ]+", deepseek3],
  laguna: [newlines, qwen2],
  exaoneMoe: [
    String.raw`${anyCaseContractions}|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|${space}`,
  ],
  newlines: [newlines],
  minicpm5: [threeDigits, String.raw`${anyCaseContractions}|${letters}|\p{N}+|${symbolsAndLines}`],
  whitespace: [String.raw`\S+`],
} satisfies Record<string, SplitStep[]>;

export type PatternFamily = keyof typeof patternFamilies;
