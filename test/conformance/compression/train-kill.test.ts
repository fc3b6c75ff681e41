import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../support/built.ts";
import { record } from "../../support/record.ts";
import { tinyStories } from "../../support/tiny-stories.ts";

const kills = 10;
const steps = 200;

test("a training that is killed ten times gives the same weights, bit for bit, as one that is not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pellucid-kill-"));
  const text = join(folder, "text.txt");
  await writeFile(text, tinyStories(400).join("<|endoftext|>\n"));
  const start = (name: string, threads: number) => {
    const shape = "--vocabulary 288 --width 32 --layers 2 --heads 2 --feed-forward 64 --context 32 --batch 16";
    const run = `--tokens ${32 * 16 * steps} --learning-rate 1e-2 --checkpoint-seconds 0 --threads ${threads} --resume`;
    const args = ["src/cli/main.ts", "train", join(folder, `${name}.gguf`), "--file", text];
    const options = { cwd: root, stdio: ["ignore", "ignore", "pipe"] as ["ignore", "ignore", "pipe"] };
    return spawn(process.execPath, [...args, ...shape.split(" "), ...run.split(" ")], options);
  };
  try {
    await once(start("whole", 2), "close");
    const begun: string[] = [];
    for (let i = 0; i < kills; i++) {
      const child = start("killed", 1 + (i % 3));
      const [first] = (await once(child.stderr, "data")) as [Buffer];
      begun.push(/step (\d+)/.exec(first.toString())![1]);
      setTimeout(() => child.kill("SIGKILL"), 1000 * Math.random());
      await once(child, "close");
    }
    await once(start("killed", 2), "close");
    expect(new Set(begun).size).toBeGreaterThan(1);
    const [a, b] = await Promise.all(["whole", "killed"].map((name) => readFile(join(folder, `${name}.gguf`))));
    record("train: killed ten times, resumed at steps", begun.join(", "), "the same weights as without");
    expect(b.equals(a)).toBe(true);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 600_000);
