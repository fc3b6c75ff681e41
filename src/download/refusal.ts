import { DownloadError } from "../errors.ts";
import { type Answer, Interruption } from "./request.ts";

/**
 * Throws what an answer that is no success means. The hub explains itself in `x-error-code`.
 * Source: huggingface_hub, utils/_http.py, hf_raise_for_status
 * @param name what was asked for, as the user knows it
 * @throws Interruption where another try may help, else DownloadError
 */
export async function refuse(name: string, { response, header }: Answer, hasToken: boolean): Promise<never> {
  const { status, statusText } = response;
  await response.body?.cancel();
  const code = header("x-error-code");
  const login = hasToken ? "check that your token may read it" : "if it is private, set HF_TOKEN to an access token";
  if (code === "GatedRepo") {
    const token = hasToken ? "with the account of your token" : "and set HF_TOKEN to an access token";
    fail("GATED", `its owner asks for a consent: accept the terms on the model's page ${token}`);
  }
  if (code === "RepoNotFound") fail("NOT_FOUND", `there is no such repository; ${login}`);
  if (code === "RevisionNotFound") fail("NOT_FOUND", "the repository has no such revision");
  if (code === "EntryNotFound") fail("NOT_FOUND", "the repository has no such file");
  if (status === 401) fail("UNAUTHORIZED", hasToken ? "the hub does not know your token; set HF_TOKEN anew" : login);
  if (status === 403) fail("FORBIDDEN", `the server forbids it (403); ${login}`);
  if (status === 404 || status === 410) fail("NOT_FOUND", `the server has no such file (${status})`);
  const reason = `the server answered ${status} ${statusText}`.trim();
  if (status >= 500 || status === 429 || status === 408) throw new Interruption(reason);
  return fail("HTTP_ERROR", reason);

  function fail(errorCode: string, why: string): never {
    throw new DownloadError(errorCode, `${name}: ${why}`);
  }
}
