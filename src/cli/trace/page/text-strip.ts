import { percent, short } from "./figure.ts";
import type { Choice, View } from "./view.ts";

/** Fills the text with its tokens, once. */
export function fillText(view: View, choose: (token: number) => void): void {
  const strip = document.getElementById("text")!;
  const { tokens, logprobs, promptLength } = view.data;
  strip.append(
    ...tokens.flatMap((_, i) => {
      const token = document.createElement("span");
      const text = view.tokenText(i);
      token.id = `token-${i}`;
      token.className = i < promptLength ? "token prompt" : "token";
      token.setAttribute("role", "option");
      token.style.setProperty("--shade", String(shadeOf(logprobs[i])));
      token.textContent = text;
      const { [i]: logprob } = logprobs;
      token.title = `${i}: ${short(text, 40)}${logprob === null ? "" : `, ${percent(Math.exp(logprob))}`}`;
      token.addEventListener("click", () => choose(i));
      if (!text.includes("↵")) return [token];
      const end = document.createElement("span");
      end.className = "break";
      return [token, end];
    }),
  );
}

/** Marks the chosen token, and says in words how it came about. */
export function markText(view: View, { token }: Choice): void {
  const strip = document.getElementById("text")!;
  strip.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
  const chosen = document.getElementById(`token-${token}`)!;
  chosen.setAttribute("aria-selected", "true");
  strip.setAttribute("aria-activedescendant", chosen.id);
  // Only the strip scrolls, not the page.
  const [top, height] = [chosen.offsetTop - strip.offsetTop, chosen.offsetHeight];
  if (top < strip.scrollTop) strip.scrollTop = top - height;
  if (top + height > strip.scrollTop + strip.clientHeight) strip.scrollTop = top + 2 * height - strip.clientHeight;
  const piece = document.createElement("span");
  piece.className = "piece";
  piece.textContent = view.tokenText(token);
  document.getElementById("summary")!.replaceChildren(`Token ${token}, `, piece, `: ${sentence(view, token)}`);
}

function sentence({ data }: View, token: number): string {
  const [logprob, entropy] = [data.logprobs[token]!, data.entropies[token]!];
  const probability = `probability ${percent(Math.exp(logprob))} (ln ${logprob.toFixed(2)}), entropy ${entropy.toFixed(2)} nats`;
  if (token < data.promptLength) return `of the prompt, ${probability}.`;
  const { stages } = data.steps[token - data.promptLength];
  const [all, left] = [stages[0].kept, stages[stages.length - 1].kept];
  return `${probability}, drawn from ${left} of ${all.toLocaleString("en-US")} candidates.`;
}

function shadeOf(logprob: number | null): number {
  return logprob === null ? 0 : Math.min(0.6, -logprob / 12);
}
