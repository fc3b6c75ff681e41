/** Training on the CPU: gradients, AdamW, checkpoints, vocabularies. */
export { type BytePairOptions, type BytePairVocabulary, WordCounter, trainBytePairs } from "./byte-pair-trainer.ts";
export { type Divergence, divergences } from "./divergence.ts";
export type { DistillationLoss } from "./divergence.ts";
export { type HintKind, hintKinds } from "./hint-loss.ts";
export { type ModelShape, newModel } from "./new-model.ts";
export type { NewModelOptions, TrainEvent, TrainOptions, Validation } from "./options.ts";
export type { HintOptions, Observation, Teacher, TeacherOptions } from "./teacher.ts";
export { teacherOf } from "./teacher-of.ts";
export { type TrainResult, train } from "./train.ts";
export { Trainer, type StepOptions, type StepResult, type TeacherView, type TrainerOptions } from "./trainer.ts";
