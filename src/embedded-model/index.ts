import { decodeBase64 } from "../../kernels/wasm/base64.ts";

/** The GGUF file of the model that comes with the package, `models/stories.gguf`: read only when it is asked for. */
export async function embeddedModel(): Promise<Uint8Array> {
  const { base64 } = await import("./build/stories.ts");
  return decodeBase64(base64);
}
