/**
 * Writes `expected.f32`: the logits that llama.cpp computes of the pruned models.
 *
 *     node make.ts EVALUATE
 *
 * EVALUATE is `../fixtures/architectures/evaluate.cpp`, compiled.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runEvaluate } from "../fixtures/architectures/run-evaluate.ts";
import { cases, prunedModel } from "./cases.ts";

if (process.argv.length !== 3) throw new Error("usage: node make.ts EVALUATE");
const logits: number[] = [];
for (const name of Object.keys(cases)) logits.push(...runEvaluate(process.argv[2], await prunedModel(name)).logits);
writeFileSync(join(import.meta.dirname, "expected.f32"), Buffer.from(Float32Array.from(logits).buffer));
