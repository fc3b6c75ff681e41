import { type LanguageModel, loadModel } from "../../src/index.ts";

/** Loads a model, lets `body` use it, and closes it. */
export async function withLanguageModel<T>(path: string, body: (model: LanguageModel) => Promise<T>): Promise<T> {
  const model = await loadModel(path);
  try {
    return await body(model);
  } finally {
    await model.close();
  }
}
