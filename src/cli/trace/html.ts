import { deflateRawSync } from "node:zlib";
import type { Trace } from "./record-trace.ts";

/**
 * The page, whole: markup, styles, code and data in one file that asks nothing of any network, which its content security
 * policy makes sure of. The data are deflated, then written in base64.
 */
export async function tracePage({ data, attention }: Trace): Promise<string> {
  const { pageCode, pageLicences } = await import("./build/page-code.ts");
  const { pageMarkup } = await import("./page/markup.ts");
  const { pageStyle } = await import("./page/style.ts");
  const title = `Trace of ${data.model.name}`;
  const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="generator" content="pellucid trace">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>${pageStyle}</style>
</head>
<body>
${pageMarkup}
<script type="text/plain" id="trace-data">${packed(new TextEncoder().encode(JSON.stringify(data)))}</script>
<script type="text/plain" id="trace-attention">${packed(attention.bytes)}</script>
<!--
${pageLicences.replaceAll("--", "- -")}
-->
<script type="module">${pageCode.replaceAll("</script", "<\\/script")}</script>
</body>
</html>
`;
}

function packed(bytes: Uint8Array): string {
  return deflateRawSync(bytes, { level: 9 }).toString("base64");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
