import { ModelError } from "../../errors.ts";
import {
  type Gguf,
  Metadata,
  type TensorToWrite,
  contentOf,
  dtypeByName,
  fileSource,
  openGguf,
  writeGgufFile,
} from "../../gguf/index.ts";
import { littleEndianBytes } from "./new-model.ts";
import type { Parameter } from "./parameter.ts";
import type { Trainer } from "./trainer.ts";

const stepsKey = "pellucid.train.steps";

/**
 * Writes all that a run needs to go on: parameters, both moments, steps taken. (What comes next of the data, and the
 * learning rate, follow from the number of steps.) As a GGUF file under a temporary name, renamed when complete.
 * @throws GgufError `UNWRITABLE`
 */
export async function writeCheckpoint(path: string, trainer: Trainer): Promise<void> {
  const tensors = trainer.parameters.flatMap((parameter) => {
    const [first, second] = trainer.moments(parameter);
    return [
      tensorOf(parameter, parameter.name, trainer.weights(parameter)),
      tensorOf(parameter, `m/${parameter.name}`, first),
      tensorOf(parameter, `v/${parameter.name}`, second),
    ];
  });
  const metadata = new Metadata([[stepsKey, { type: "uint32", value: trainer.steps }]]);
  await writeGgufFile(path, { metadata, tensors });
}

/**
 * Brings a trainer to where a checkpoint was written.
 * @throws GgufError; ModelError `WRONG_CHECKPOINT` for one of another model
 */
export async function readCheckpoint(path: string, trainer: Trainer): Promise<void> {
  const gguf = await openGguf(await fileSource(path));
  try {
    for (const parameter of trainer.parameters) {
      const { name } = parameter;
      const [first, second] = trainer.moments(parameter);
      await readInto(gguf, name, trainer.weights(parameter), path);
      await readInto(gguf, `m/${name}`, first, path);
      await readInto(gguf, `v/${name}`, second, path);
    }
    trainer.steps = gguf.metadata.number(stepsKey);
  } finally {
    await gguf.close();
  }
}

/** Writes the model as it is now: the file it came from, with the parameters in its tensors' places, all in F32. */
export async function writeModel(path: string, start: Gguf, trainer: Trainer, signal?: AbortSignal): Promise<void> {
  const content = contentOf(start);
  const parameters = new Map(trainer.parameters.map((parameter) => [parameter.name, parameter]));
  const tensors = content.tensors.map((tensor) => {
    const parameter = parameters.get(tensor.name);
    return parameter === undefined ? tensor : tensorOf(parameter, tensor.name, trainer.weights(parameter));
  });
  const allF32 = { type: "uint32", value: 0 } as const;
  const metadata = new Metadata(
    [...content.metadata].map(([key, value]) => [key, key === "general.file_type" ? allF32 : value]),
  );
  await writeGgufFile(path, { metadata, tensors }, { signal });
}

function tensorOf({ rows, columns }: Parameter, name: string, values: Float32Array): TensorToWrite {
  const shape = rows === 1 ? [columns] : [columns, rows];
  return { name, dtype: dtypeByName("F32")!, shape, data: () => [littleEndianBytes(values)] };
}

async function readInto(gguf: Gguf, name: string, values: Float32Array, path: string): Promise<void> {
  const info = gguf.tensors.get(name);
  if (info?.dtype.name !== "F32" || info.byteLength !== 4 * values.length) {
    throw new ModelError("WRONG_CHECKPOINT", `${path}: "${name}" is not that of this model; remove the run's folder`);
  }
  const bytes = await gguf.readTensor(info);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true);
}
