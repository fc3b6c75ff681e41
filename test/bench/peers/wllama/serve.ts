import { createReadStream, statSync } from "node:fs";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";

const types: Readonly<Partial<Record<string, string>>> = {
  js: "text/javascript",
  wasm: "application/wasm",
  html: "text/html",
};

/**
 * Serves files to pages of this machine only, with the headers that make a page cross-origin isolated, without which it has
 * no shared memory.
 * @param files paths by the URL's path; `/` is an empty page that loads `/page.js`
 */
export async function serve(files: Readonly<Partial<Record<string, string>>>): Promise<{ url: string; close(): void }> {
  const server: Server = createServer((request, response) => {
    const path = request.url ?? "/";
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    if (path === "/") {
      response.setHeader("Content-Type", "text/html");
      response.end(`<!doctype html><title>bench</title><script type="module" src="/page.js"></script>`);
      return;
    }
    const file = files[path];
    if (file === undefined) {
      response.statusCode = 404;
      response.end();
      return;
    }
    response.setHeader("Content-Type", types[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream");
    response.setHeader("Content-Length", statSync(file).size);
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
