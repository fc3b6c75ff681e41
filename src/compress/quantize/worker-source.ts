/**
 * The module that a converting thread runs: from a checkout `worker.ts` itself; in the package the same, bundled into a
 * string by the build, so that no file has to be found at run time.
 */
export async function workerSource(): Promise<URL> {
  if (import.meta.url.endsWith("/worker-source.ts")) return new URL("./worker.ts", import.meta.url);
  const { workerCode } = await import("./build/worker-code.ts");
  return new URL(`data:text/javascript;charset=utf-8,${encodeURIComponent(workerCode)}`);
}
