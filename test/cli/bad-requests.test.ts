import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { itShared, smollm2 } from "../support/shared.ts";
import { runCommand, tinyModel } from "./run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "pellucid-"));
const png = join(folder, "picture.png");
writeFileSync(png, Buffer.from("89504e470d0a1a0a0000000d4948445200000001", "hex"));
afterAll(() => rmSync(folder, { recursive: true }));

type Request = readonly [args: string[], code: number, message: RegExp, input?: string | Uint8Array];

async function expectRefusal([args, code, message, input]: Request): Promise<void> {
  const ended = await runCommand(args, input);
  expect(ended.stderr).toMatch(message);
  expect(ended.stderr).toMatch(/^pellucid: [^\n]+\n$/);
  expect(ended.stderr).not.toMatch(/\n\s+at |node:internal/);
  expect(ended).toMatchObject({ code, stdout: "" });
}

describe("a bad request gets one line and an exit code", () => {
  const requests: Request[] = [
    [["genrate"], 2, /unknown command 'genrate' \(did you mean generate\?\)/],
    [["help", "genrate"], 2, /unknown command 'genrate' \(did you mean generate\?\)/],
    [["generate", "--max-token", "1"], 2, /unknown option '--max-token' \(did you mean --max-tokens\?\)/],
    [["generate", png, "--prompt", "x", "--max-tokens", "-1"], 2, /'-1' is invalid. It must be a whole number/],
    [["generate", png, "--prompt", "x", "--max-tokens", "1e3"], 2, /'1e3' is invalid/],
    [["generate", png, "--prompt", "x", "--temperature", "hot"], 2, /It must be a number of at least 0/],
    [["generate", png, "--prompt", "x", "--top-p", "1.5"], 2, /It must be a number from 0 to 1/],
    [["generate", png, "--prompt", "x", "--precision", "f16"], 2, /Allowed choices are f32, int8/],
    [["generate", png, "--prompt", "x", "--threads", "0"], 2, /a whole number of at least 1/],
    [["generate", png, "--tokens", "1,,2"], 2, /token ids with commas between them/],
    [["generate", png, "--prompt"], 2, /argument missing/],
    [["generate", png, png, "--prompt", "x"], 2, /too many arguments/],
    [["generate", png], 2, /one of --prompt, --prompt-file or --tokens/],
    [["generate", png, "--prompt", "x", "--tokens", "1"], 2, /one of --prompt, --prompt-file or --tokens/],
    [["generate", png, "--prompt", ""], 2, /the prompt is empty/],
    [["generate", png, "--prompt-file", "-"], 2, /the prompt is empty/],
    [["generate", png, "--prompt-file", join(folder, "none")], 1, /none: there is no such file/],
    [["generate", png, "--prompt-file", png], 1, /picture.png: is not UTF-8 text/],
    [["generate", png, "--prompt", "x"], 1, /picture.png: .*not a GGUF file/],
    [["generate", join(folder, "none.gguf"), "--prompt", "x"], 1, /none.gguf: there is no such file/],
    [["info", folder], 1, /it is a directory/],
    [["logits", png, "--out", "x"], 2, /--tokens/],
    [["logits", png, "--tokens", "1"], 2, /--out/],
    [["perplexity", png], 2, /--file/],
    [["perplexity", png, "--file", png], 1, /is not UTF-8 text/],
    [["render", "--template", join(folder, "none")], 1, /none: there is no such file/],
    [["render", "--template", png, "--now", "yesterday"], 2, /It must be a time/],
    [["sample"], 1, /standard input is empty/],
    [["sample"], 1, /standard input is not valid JSON/, '{"logits":\n[1,'],
    [["sample"], 1, /standard input: is not UTF-8 text/, Uint8Array.of(0xff, 0xfe)],
    [["sample"], 1, /"logits" must be an array of numbers/, "[]"],
    [["sample"], 1, /"logits" must be an array of numbers/, "null"],
    [["sample"], 1, /"samplers" must be an array/, '{"logits": [1], "samplers": 1}'],
    [["sample"], 2, /there is no sampler "top"/, '{"logits": [1], "samplers": [{"top": {}}]}'],
  ];

  for (const request of requests) {
    const [args, code, message] = request;
    it.concurrent(`${code}: ${args.join(" ").replace(folder, "")} → ${message.source}`, () => expectRefusal(request));
  }

  const withModel: Request[] = [
    [
      ["generate", tinyModel, "--tokens", "1,2,3", "--context", "2", "--json"],
      1,
      /the prompt has 3 tokens, the context 2: there is no room/,
    ],
    [["generate", tinyModel, "--tokens", "128", "--json"], 2, /token 128 is not in the vocabulary, 0 to 127/],
    [["generate", tinyModel, "--prompt", "x"], 1, /tokenizer model "test" is not supported/],
    [
      ["logits", tinyModel, "--tokens", "1", "--out", join(folder, "none", "x")],
      1,
      /can't be written: there is no such/,
    ],
    [["tokenize", smollm2], 1, /must be a JSON array of strings/, "[1]"],
    [["detokenize", smollm2], 1, /must be a JSON array of arrays of token ids/, "[1]"],
    [["detokenize", smollm2], 1, /token 99999 is not in the vocabulary/, "[[99999]]"],
    [
      ["generate", smollm2, "--prompt", "one two three four", "--context", "2"],
      1,
      /the prompt has 4 tokens, the context 2/,
    ],
  ];
  for (const request of withModel) {
    itShared(JSON.stringify(request[0].slice(0, 1).concat(request[0].slice(2))), () => expectRefusal(request));
  }
});
