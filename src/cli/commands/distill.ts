import { type Command, Option } from "commander";
import {
  type Divergence,
  type HintKind,
  type HintOptions,
  divergences,
  hintKinds,
  teacherOf,
} from "../../compress/train/index.ts";
import { UsageError } from "../errors.ts";
import { interruptible } from "../interrupt.ts";
import { loadFor } from "../load.ts";
import { addExamples, collect, number, wholeNumber } from "../options.ts";
import { type TrainingFlags, addTrainingOptions, runTraining } from "../training-options.ts";

interface Flags extends TrainingFlags {
  readonly teacher?: string;
  readonly divergence: Divergence;
  readonly temperature: number;
  readonly mix: number;
  readonly topTokens: number;
  readonly hint?: readonly string[];
  readonly hintLoss: HintKind;
  readonly hintWeight: number;
}

/** `pellucid distill`: a student that follows its teacher's probabilities. */
export function define(command: Command): void {
  addTrainingOptions(command)
    .option("--teacher <M>", "the model to learn from, of the same vocabulary")
    .addOption(
      new Option("--divergence <D>", "how the two are compared").choices([...divergences]).default("forward-kl"),
    )
    .option("--temperature <T>", "divides the logits of both", number(0), 1)
    .option("--mix <M>", "0: the text alone, 1: the teacher alone", number(0, 1), 0.5)
    .option("--top-tokens <K>", "likeliest tokens that are kept of each position", wholeNumber(1), 64)
    .option("--hint <S:T>", "layer S of the student follows layer T of the teacher too; may be given often", collect)
    .addOption(
      new Option("--hint-loss <L>", "how their residuals are compared").choices([...hintKinds]).default("mean-square"),
    )
    .option("--hint-weight <W>", "factor on that", number(0), 1);
  addExamples(
    command,
    "pellucid distill small.gguf --teacher model.gguf --model pruned.gguf --file text.txt --tokens 500000 --batch 8 \\\n" +
      "    --learning-rate 1e-4 --resume",
  ).action(run);
}

async function run(out: string, { teacher: source, ...flags }: Flags): Promise<void> {
  if (source === undefined) throw new UsageError("name the teacher with --teacher");
  if (flags.model === undefined)
    throw new UsageError("name the student with --model: it needs the teacher's vocabulary");
  const { signal, release } = interruptible();
  try {
    const { model } = await loadFor(source, { threads: flags.threads }, signal);
    try {
      const teacher = teacherOf(model.loaded, source, flags.context);
      const { divergence, temperature, mix, topTokens } = flags;
      const hints = hintsOf(flags, model.loaded.config.layers);
      await runTraining(out, flags, { signal, teacher: { teacher, divergence, temperature, mix, topTokens, hints } });
    } finally {
      await model.close();
    }
  } finally {
    release();
  }
}

function hintsOf({ hint, hintLoss: kind, hintWeight: weight }: Flags, teacherLayers: number): HintOptions | undefined {
  const layers = hint?.map((text) => {
    const [, student = "", teacher = ""] = /^(\d{1,6}):(\d{1,6})$/.exec(text) ?? [];
    if (teacher === "") throw new UsageError(`--hint ${text}: two layers are wanted, as in 3:5`);
    if (Number(teacher) >= teacherLayers)
      throw new UsageError(`--hint ${text}: the teacher has ${teacherLayers} layers`);
    return { student: Number(student), teacher: Number(teacher) };
  });
  return layers && { layers, kind, weight };
}
