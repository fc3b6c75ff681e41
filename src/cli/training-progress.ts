import type { TrainEvent } from "../compress/train/index.ts";

/** Where nobody watches, a line for every so many steps. */
const stepsPerLine = 10;

/** An event of a training run as a line for people; undefined for those that need none. */
export function describe(event: TrainEvent, isWatched = process.stderr.isTTY): string | undefined {
  switch (event.event) {
    case "reading":
      return isWatched ? `reading ${event.what}: ${(event.bytes / 1e6).toFixed(0)} MB` : undefined;
    case "start": {
      const { parameters, tokens, step, steps, threads } = event;
      return `${parameters} parameters, ${tokens} tokens of text, step ${step} of ${steps}, ${threads} threads`;
    }
    case "step": {
      const { step, steps, loss, tokensPerSecond, secondsLeft } = event;
      if (!isWatched && step % stepsPerLine !== 0 && step !== steps) return undefined;
      const speed = `${Math.round(tokensPerSecond)} tokens/s`;
      return `step ${step} of ${steps}: loss ${loss.toFixed(4)}, ${speed}, ${duration(secondsLeft)} left`;
    }
    case "checkpoint":
      return undefined;
    case "validation":
      return `validation: ${event.loss.toFixed(4)} nats a token, ${event.bitsPerByte.toFixed(4)} bits a byte`;
    case "end":
      return `wrote ${event.out}`;
  }
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return minutes < 1 ? `${Math.round(seconds)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
