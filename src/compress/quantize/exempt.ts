/**
 * Tensors that stay as they are, whatever the rest becomes: small ones, and those that suffer most.
 * Source: `tensor_allows_quantization`, llama.cpp 0c1e570, llama-quant.cpp.
 */
const parts = [
  "_norm.weight",
  "ffn_gate_inp.weight", // which expert?
  "ffn_gate_tid2eid.weight",
  "altup",
  "laurel",
  "per_layer_model_proj",
  "ssm_conv1d",
  "shortconv.conv.weight",
  "indexer.k_proj.weight",
  "indexer.q_proj.weight",
  "time_mix_first.weight",
  "time_mix_w0.weight",
  "time_mix_w1.weight",
  "time_mix_w2.weight",
  "time_mix_v0.weight",
  "time_mix_v1.weight",
  "time_mix_v2.weight",
  "time_mix_a0.weight",
  "time_mix_a1.weight",
  "time_mix_a2.weight",
  "time_mix_g1.weight",
  "time_mix_g2.weight",
  "time_mix_decay_w1.weight",
  "time_mix_decay_w2.weight",
  "time_mix_lerp_fused.weight",
  "attn_rel_b.weight",
  ".position_embd",
  "sam.pos_embd",
  "sam.neck.",
  "sam.net_",
  ".rel_pos",
  ".patch_embd",
  ".patch_merger",
  "a.rvq.codebook",
  "mm.a.code_embd",
];
const names = ["position_embd.weight", "token_types.weight"];

/** Whether the tensor is one of those that are quantised: a matrix or a stack of them, and called `…weight`. */
export function isQuantizable(name: string, shape: readonly number[]): boolean {
  const dimensions = shape.findLastIndex((length) => length !== 1) + 1;
  if (dimensions < 2 || !name.endsWith("weight")) return false;
  return !names.includes(name) && !parts.some((part) => name.includes(part));
}
