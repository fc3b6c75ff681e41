import { drawAlong } from "./along-chart.ts";
import { drawHeads, drawLooks, drawMatrix } from "./attention-charts.ts";
import { drawCandidates } from "./candidates-chart.ts";
import { drawLens, drawLensMap } from "./lens-charts.ts";
import { fillText, markText } from "./text-strip.ts";
import { type Choice, type View, readView } from "./view.ts";

/** Shows everything, and redraws what changes when the reader chooses something else. */
class Page {
  private readonly view: View;
  private choice: Choice;

  constructor(view: View) {
    this.view = view;
    const { promptLength, tokens } = view.data;
    this.choice = {
      token: Math.min(Math.max(1, promptLength), tokens.length - 1),
      layer: 0,
      head: 0,
      ...fromAddress(),
    };
    this.choice = this.allowed(this.choice);
  }

  start(): void {
    document.getElementById("main")!.hidden = false;
    document.getElementById("about")!.textContent = about(this.view);
    fillText(this.view, (token) => this.choose({ token }));
    if (this.view.layers.length === 0) document.getElementById("attention")!.hidden = true;
    this.fillSelects();
    this.listen();
    this.draw();
  }

  private choose(change: Partial<Choice>): void {
    const { token, layer, head } = (this.choice = this.allowed({ ...this.choice, ...change }));
    history.replaceState(null, "", `#token=${token}&layer=${layer}&head=${head}`);
    this.draw();
  }

  private allowed({ token, layer, head }: Choice): Choice {
    const { layers, data } = this.view;
    const place = clamp(layer, 0, layers.length - 1);
    return {
      token: clamp(token, 1, data.tokens.length - 1),
      layer: place,
      head: clamp(head, 0, (layers[place]?.heads ?? 1) - 1),
    };
  }

  private draw(): void {
    const { view, choice } = this;
    const chooseToken = (token: number) => this.choose({ token });
    markText(view, choice);
    drawAlong(view, choice, chooseToken);
    drawCandidates(view, choice);
    drawLens(view, choice);
    drawLensMap(view, choice, chooseToken);
    if (view.layers.length === 0) return;
    this.fillHeads();
    drawHeads(view, choice, (layer, head) => this.choose({ layer, head }));
    drawMatrix(view, choice, chooseToken);
    drawLooks(view, choice);
  }

  private listen(): void {
    const { length } = this.view.data.tokens;
    const tokenKeys = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1, Home: -length, End: length };
    for (const id of ["text", "along", "lens-map", "matrix"]) {
      onKey(id, tokenKeys, (step) => this.choose({ token: this.choice.token + step }));
    }
    onKey("heads", { ArrowUp: -1, ArrowDown: 1 }, (step) => this.choose({ layer: this.choice.layer + step }));
    onKey("heads", { ArrowLeft: -1, ArrowRight: 1 }, (step) => this.choose({ head: this.choice.head + step }));
    for (const part of ["layer", "head"] as const) {
      select(part).addEventListener("change", ({ target }) =>
        this.choose({ [part]: Number((target as HTMLSelectElement).value) }),
      );
    }
    select("theme").addEventListener("change", ({ target }) => {
      document.documentElement.dataset.theme = (target as HTMLSelectElement).value;
    });
    let waiting = 0;
    addEventListener("resize", () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => this.draw());
    });
  }

  private fillSelects(): void {
    select("layer").replaceChildren(...this.view.layers.map(({ layer }, i) => new Option(String(layer), String(i))));
  }

  private fillHeads(): void {
    const { layer, head } = this.choice;
    const heads = Array.from({ length: this.view.layers[layer].heads }, (_, i) => new Option(String(i)));
    select("head").replaceChildren(...heads);
    select("layer").value = String(layer);
    select("head").value = String(head);
  }
}

function about({ data }: View): string {
  const { model, tokens, promptLength, seed, finishReason } = data;
  const generated = tokens.length - promptLength;
  const ended = finishReason === "length" ? "until the limit" : "to its own end";
  return `${model.name}, ${model.precision}: ${promptLength} tokens of prompt, ${generated} generated ${ended}, seed ${seed}`;
}

function select(id: string): HTMLSelectElement {
  return document.getElementById(id) as HTMLSelectElement;
}

/** Calls with what the key stands for, on an element that can have the focus. */
function onKey(id: string, keys: Readonly<Record<string, number>>, act: (step: number) => void): void {
  document.getElementById(id)!.addEventListener("keydown", (event) => {
    if (!Object.hasOwn(keys, event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    act(keys[event.key]);
  });
}

/** What the address names after `#`, so that a view can be linked to. */
function fromAddress(): Partial<Choice> {
  const named = [...new URLSearchParams(location.hash.slice(1))].map(([key, value]) => [key, Number(value)] as const);
  return Object.fromEntries(named.filter(([key, value]) => ["token", "layer", "head"].includes(key) && value >= 0));
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, Math.floor(value)));
}

try {
  new Page(await readView()).start();
} catch (error) {
  const problem = document.getElementById("problem")!;
  problem.hidden = false;
  problem.textContent = `This page can't show its data: ${String(error)}. It needs a browser of 2023 or later.`;
  throw error;
}
