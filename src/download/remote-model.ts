import { hubFiles } from "./hub.ts";
import { parseReference } from "./reference.ts";
import { authorizationFor, Interruption } from "./request.ts";
import { partsOf, selectFile } from "./select.ts";
import { type DownloadOptions, settingsOf } from "./settings.ts";
import { DownloadError } from "../errors.ts";

/**
 * The address of a model, and the headers to ask with, for who reads no more of it than its metadata.
 * @throws DownloadError
 */
export async function remoteModel(
  model: string,
  options: DownloadOptions = {},
): Promise<{ readonly url: string; readonly headers: Record<string, string> }> {
  const settings = await settingsOf(options);
  if (settings.offline) {
    throw new DownloadError("OFFLINE", `${model}: it is not in the cache, and HF_HUB_OFFLINE says to stay offline`);
  }
  const reference = parseReference(model, settings.endpoint);
  if (reference.kind === "url") return { url: reference.url, headers: authorizationFor(new URL(reference.url), settings) }; // prettier-ignore
  const { repo, revision, quantization } = reference;
  const file =
    reference.file ??
    selectFile(
      model,
      await hubFiles(reference, settings).catch((error: unknown) => {
        if (!(error instanceof Interruption)) throw error;
        throw new DownloadError("NETWORK", `${model}: ${error.message}`, { cause: error });
      }),
      quantization,
    );
  const path = partsOf(file)[0].split("/").map(encodeURIComponent).join("/");
  const url = `${settings.endpoint}/${repo}/resolve/${encodeURIComponent(revision)}/${path}`;
  return { url, headers: authorizationFor(new URL(url), settings) };
}
