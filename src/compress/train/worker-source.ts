/** The module that a thread of the training runs: see the same file of the plan. */
export async function workerSource(): Promise<URL> {
  if (import.meta.url.endsWith("/worker-source.ts")) return new URL("./worker.ts", import.meta.url);
  const { workerCode } = await import("./build/worker-code.ts");
  return new URL(`data:text/javascript;charset=utf-8,${encodeURIComponent(workerCode)}`);
}
