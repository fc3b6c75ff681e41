import { mkdirSync } from "node:fs";
import { appendFile, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { reasonOf } from "../input.ts";
import { writeTextFile } from "./text-file.ts";

const most = 1000;

/** What was typed before, the newest first; kept in a file where there is one. */
export class InputHistory {
  readonly lines: string[] = [];
  private path: string | undefined;
  private writing: Promise<void> = Promise.resolve();
  private readonly complain: (message: string) => void;

  constructor(path?: string, complain: (message: string) => void = () => undefined) {
    this.path = path;
    this.complain = complain;
  }

  /** Reads the file. One that can't be used is told of once; the conversation does not need it. */
  async load(): Promise<void> {
    if (this.path === undefined) return;
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      const all = (await readFile(this.path, "utf8")).split("\n").filter((line) => line !== "");
      const kept = all.slice(-most);
      this.lines.unshift(...[...kept].reverse());
      if (all.length > 2 * most) await writeTextFile(this.path, kept.map((line) => `${line}\n`).join(""));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.giveUp(error);
    }
  }

  /** Adds what was typed. */
  add(text: string): void {
    const added = text
      .split("\n")
      .filter((line, i, all) => line.trim() !== "" && line !== (all[i - 1] ?? this.lines[0]));
    this.lines.unshift(...added.reverse());
    this.lines.length = Math.min(this.lines.length, most);
    const lines = added.reverse().map((line) => `${line}\n`);
    // Only the user may read what was said.
    this.writing = this.writing
      .then(() => (this.path === undefined ? undefined : appendFile(this.path, lines.join(""), { mode: 0o600 })))
      .catch((error: unknown) => this.giveUp(error));
  }

  private giveUp(error: unknown): void {
    if (this.path !== undefined) this.complain(`${this.path}: the history can't be kept: ${reasonOf(error)}`);
    this.path = undefined;
  }
}

/** Where the history lies: `PELLUCID_HISTORY`, or a file in the folder that the platform has for such things. */
export function historyPath(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  if (env.PELLUCID_HISTORY !== undefined && env.PELLUCID_HISTORY !== "") return env.PELLUCID_HISTORY;
  const home = homedir();
  const given = (path: string | undefined) => (path === undefined || path === "" ? undefined : path);
  const state =
    platform === "win32"
      ? (given(env.LOCALAPPDATA) ?? join(home, "AppData", "Local"))
      : platform === "darwin"
        ? join(home, "Library", "Application Support")
        : (given(env.XDG_STATE_HOME) ?? join(home, ".local", "state"));
  return join(state, "pellucid", "chat-history");
}
