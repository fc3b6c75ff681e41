/**
 * Which tensors of a mixture get another format than most: the rules of llama.cpp, as data. The first rule of a tensor's
 * role that fits decides; without one it gets the mixture's own format.
 * Source: `llama_tensor_get_type_impl`, llama.cpp 0c1e570, llama-quant.cpp.
 */

/** What a tensor does in the model, as far as the rules ask. */
export type Role = "output" | "embedding" | "value" | "key" | "query" | "mixed" | "down" | "other";

/** What the rules ask of the model and of the tensor's place in it. */
export interface Place {
  /** How many tensors of this role came before; for models of experts the layer. */
  readonly index: number;
  /** How many tensors of this role there are; for `down` the model's layers. */
  readonly count: number;
  /** Query heads per key-value head. */
  readonly groupSize: number;
  readonly experts: number;
  /** Whether there is an importance matrix. */
  readonly weighted: boolean;
  readonly isFalcon: boolean;
}

interface Rule {
  /** Names of mixtures, divided by spaces. */
  readonly of: string;
  readonly to: string;
  readonly when?: (place: Place) => boolean;
}

/** The first and last eighth of the layers, and every third between them. */
const moreBits = ({ index, count }: Place) => {
  const eighth = Math.floor(count / 8);
  return index < eighth || index >= Math.floor((7 * count) / 8) || (index - eighth) % 3 === 2;
};
const inFirst = (part: number) => (place: Place) => place.index < Math.floor(place.count / part);
const isShared = ({ groupSize }: Place) => groupSize >= 4;
const isEight = ({ experts }: Place) => experts === 8;
const isFalcon = (place: Place) => place.isFalcon;
const not = (condition: (place: Place) => boolean) => (place: Place) => !condition(place);
const both = (a: (place: Place) => boolean, b: (place: Place) => boolean) => (place: Place) => a(place) && b(place);
const weighted = (place: Place) => place.weighted;

const rules: Readonly<Partial<Record<Role, readonly Rule[]>>> = {
  embedding: [{ of: "TQ1_0 TQ2_0", to: "Q4_K" }],
  value: [
    { of: "Q2_K", to: "Q4_K", when: isShared },
    { of: "Q2_K", to: "Q3_K" },
    { of: "Q2_K_S", to: "Q4_K", when: isShared },
    { of: "Q3_K_M", to: "Q5_K", when: ({ index }) => index < 2 },
    { of: "Q3_K_M", to: "Q4_K" },
    { of: "Q3_K_L", to: "Q5_K" },
    { of: "IQ4_NL IQ4_XS", to: "Q5_K", when: isShared },
    { of: "Q4_K_M Q5_K_M", to: "Q6_K", when: moreBits },
    { of: "Q4_K_S", to: "Q5_K", when: ({ index }) => index < 4 },
  ],
  down: [
    { of: "Q2_K", to: "Q3_K" },
    { of: "Q2_K_S", to: "Q4_K", when: inFirst(8) },
    { of: "Q3_K_M", to: "Q5_K", when: inFirst(16) },
    { of: "Q3_K_M", to: "Q3_K", when: both(isFalcon, not(moreBits)) },
    { of: "Q3_K_M", to: "Q4_K" },
    { of: "Q3_K_L", to: "Q4_K", when: isFalcon },
    { of: "Q3_K_L", to: "Q5_K" },
    { of: "Q4_K_M", to: "Q6_K", when: both(isFalcon, inFirst(16)) },
    { of: "Q4_K_M", to: "Q5_K", when: both(isFalcon, moreBits) },
    { of: "Q4_K_M", to: "Q6_K", when: both(not(isFalcon), moreBits) },
    { of: "IQ4_NL IQ4_XS", to: "Q5_K", when: both(not(weighted), inFirst(8)) },
    { of: "Q5_K_M", to: "Q6_K", when: moreBits },
    { of: "Q4_K_S", to: "Q5_K", when: both(not(isFalcon), inFirst(8)) },
    { of: "Q4_0", to: "Q4_1", when: both(weighted, inFirst(8)) },
    { of: "Q5_0", to: "Q5_1", when: both(weighted, inFirst(8)) },
  ],
  mixed: [
    { of: "Q3_K_L", to: "Q4_K", when: isFalcon },
    { of: "Q2_K Q3_K_S Q3_K_M IQ4_NL Q4_K_S Q4_K_M IQ4_XS", to: "Q5_K", when: both(not(isFalcon), isEight) },
    { of: "Q2_K", to: "Q3_K", when: both(not(isFalcon), not(isEight)) },
    { of: "Q3_K_M", to: "Q4_K", when: both(not(isFalcon), not(isEight)) },
    { of: "Q3_K_L", to: "Q5_K", when: both(not(isFalcon), not(isEight)) },
  ],
};

/** The format that a mixture's rules give a tensor, or undefined. */
export function ruleOf(mixture: string, role: Role, place: Place): string | undefined {
  return rules[role]?.find(({ of, when }) => of.split(" ").includes(mixture) && (when?.(place) ?? true))?.to;
}

/** The role that a tensor's name tells. Source: `tensor_get_category`, llama.cpp 0c1e570, llama-quant.cpp. */
export function roleOf(name: string): Role {
  if (name === "output.weight") return "output";
  if (name === "token_embd.weight" || name === "per_layer_token_embd.weight") return "embedding";
  for (const part of ["attn_qkv.weight", "attn_kv_b.weight", "attn_v.weight"]) if (name.includes(part)) return "value";
  if (name.includes("attn_k.weight")) return "key";
  if (name.includes("attn_q.weight")) return "query";
  if (name.includes("attn_output.weight")) return "mixed";
  return name.includes("ffn_down") ? "down" : "other";
}
