/**
 * What the bench measures of this library, the same on every runtime and in a page: as plain JavaScript, because Node 20
 * runs it too. `load` is the library's `loadModel`.
 *
 * @typedef {object} Settings
 * @property {number} [threads]
 * @property {"reference" | "wasm"} [kernels] the library's default unless given
 * @property {"f32" | "int8"} [precision]
 * @property {number} [promptTokens]
 * @property {number} [generateTokens]
 * @property {number} [repetitions]
 * @property {number} [depth] tokens in the cache before decoding starts
 * @property {boolean} [greedy] feed back the likeliest token, as a generator would, instead of random ones
 * @property {boolean} [warmUp] true unless given
 */

/** Token ids that look random and are the same for every engine: a linear congruential generator (Numerical Recipes). */
export function someTokens(count, vocabulary, seed = 1) {
  let state = seed >>> 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * vocabulary);
  });
}

function largest(logits) {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
  return best;
}

function loadOptions({ threads, kernels, precision }) {
  return {
    threads: threads ?? 1,
    ...(kernels === undefined ? {} : { kernels }),
    ...(precision === undefined ? {} : { precision }),
  };
}

/** Tokens per second of prefill into an empty cache and of decode, one value a repetition, as llama-bench measures them. */
export async function speed(load, source, settings) {
  const { promptTokens = 256, generateTokens = 64, repetitions = 1, depth = 0, greedy = false } = settings;
  const contextLength = Math.max(promptTokens, depth + generateTokens + 1);
  const beforeLoad = performance.now();
  const model = await load(source, loadOptions(settings));
  const loadMs = performance.now() - beforeLoad;
  const vocabulary = model.config.vocabularySize;
  const context = model.createContext({ contextLength });
  const prompt = someTokens(promptTokens, vocabulary);
  const written = someTokens(generateTokens, vocabulary, 2);

  const into = new Float32Array(vocabulary);
  const prefill = async () => {
    context.clear();
    const started = performance.now();
    await context.forward(prompt, { outputs: "last", into });
    return promptTokens / ((performance.now() - started) / 1000);
  };
  const decode = async () => {
    context.truncate(depth);
    let token = written[0];
    const started = performance.now();
    for (let i = 0; i < generateTokens; i++) {
      const logits = await context.forward([greedy ? token : written[i]], { outputs: "last", into });
      if (greedy) token = largest(logits);
    }
    return generateTokens / ((performance.now() - started) / 1000);
  };

  const result = { loadMs, prefill: [], decode: [], cacheBytes: 0 };
  for (let i = settings.warmUp === false ? 1 : 0; promptTokens > 0 && i <= repetitions; i++) {
    const rate = await prefill();
    if (i > 0) result.prefill.push(rate);
  }
  context.clear();
  if (depth > 0) await context.forward(someTokens(depth, vocabulary, 3), { outputs: "last" });
  for (let i = settings.warmUp === false ? 1 : 0; generateTokens > 0 && i <= repetitions; i++) {
    const rate = await decode();
    if (i > 0) result.decode.push(rate);
  }
  result.cacheBytes = context.cacheBytes;
  await context.close();
  await model.close();
  return result;
}

/** The first token after a prompt, given to `onToken` as soon as it is there. */
export async function firstToken(load, source, settings, onToken) {
  const model = await load(source, loadOptions(settings));
  const { promptTokens = 16 } = settings;
  const context = model.createContext({ contextLength: promptTokens + 1 });
  const prompt = someTokens(promptTokens, model.config.vocabularySize);
  onToken(largest(await context.forward(prompt, { outputs: "last" })));
  await context.close();
  await model.close();
}

/** A fingerprint of the bits of all logits of a prompt (FNV-1a over words), NaNs made equal. */
export async function fingerprint(load, source, settings) {
  const model = await load(source, loadOptions(settings));
  const { promptTokens = 4 } = settings;
  const context = model.createContext({ contextLength: promptTokens });
  const logits = await context.forward(someTokens(promptTokens, model.config.vocabularySize));
  const words = new Uint32Array(logits.buffer, logits.byteOffset, logits.length);
  let hash = 0x811c9dc5;
  for (let i = 0; i < words.length; i++)
    hash = Math.imul(hash ^ (Number.isNaN(logits[i]) ? 0x7fc00000 : words[i]), 0x01000193);
  await context.close();
  await model.close();
  return (hash >>> 0).toString(16).padStart(8, "0");
}
