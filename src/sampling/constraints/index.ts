/** Texts that must have a form: which tokens may come next, so that they have it. */
export { applyMask } from "./apply-mask.ts";
export { Constraint, ConstraintState } from "./constraint.ts";
export type { TokenMask } from "./engine/mask.ts";
export type { TokenBytes } from "./engine/vocabulary.ts";
export { constraintFromGrammar } from "./gbnf/gbnf.ts";
export { type JsonSchemaOptions, constraintFromJsonSchema } from "./json-schema/json-schema.ts";
export { type ConstraintOptions, constraintOf } from "./options.ts";
export {
  constraintChoice,
  constraintFromChoices,
  constraintFromRegex,
  constraintFromText,
  constraintRepeat,
  constraintSequence,
} from "./plain-constraints.ts";
export { startConstraint } from "./start.ts";
export type { TextGuide, TextRule } from "./text-rule.ts";
