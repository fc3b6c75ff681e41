import { onStart } from "../platform/index.ts";
import { Barrier } from "./barrier.ts";
import { control } from "./control.ts";
import type { TeamMessage } from "./team.ts";
import { Walker } from "./walker.ts";
import { Workspace } from "./workspace.ts";

/** How often a thread looks before it sleeps: at a meeting within a run, where the others are close, and between runs. */
const meetingSpins = 20_000;
const runSpins = 50_000;

await onStart((message) => {
  serve(message as TeamMessage);
});

/** Walks the plan each time that the main thread starts a run, until it is told to stop. */
function serve({ plan, module, memories, words, thread }: TeamMessage): void {
  const spaces = memories.map((memory) => new Workspace(module, memory));
  const walker = new Walker(plan, spaces, words, thread);
  const barrier = new Barrier(words, control.barrier, plan.threads);
  const meet = () => {
    const meeting = barrier.arrive();
    if (meeting !== undefined && !barrier.spin(meeting, meetingSpins)) barrier.sleep(meeting);
  };

  for (let run = 0; ; run++) {
    waitForRun(words, run);
    if (Atomics.load(words, control.stopped) === 1) return;
    walker.walk(meet);
  }
}

/** Waits until more runs were started than `done`. */
function waitForRun(words: Int32Array, done: number): void {
  for (let i = 0; i < runSpins; i++) if (Atomics.load(words, control.run) !== done) return;
  Atomics.add(words, control.sleepers, 1);
  while (Atomics.load(words, control.run) === done) Atomics.wait(words, control.run, done);
  Atomics.sub(words, control.sleepers, 1);
}
