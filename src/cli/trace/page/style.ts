/** Colours are variables, so that light and dark differ in these only; pictures use them too. */
export const pageStyle = `
:root {
  color-scheme: light;
  --page: #f6f5f2; --surface: #ffffff; --line: #dcd9d2; --text: #1d1c22; --muted: #5d5a66;
  --accent: #2c5cc9; --mark: #b4480f; --focus: #2c5cc9;
  --plot-background: var(--surface);
}
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark;
  --page: #121318; --surface: #1a1c23; --line: #343743; --text: #eae8e3; --muted: #a5a3ad;
  --accent: #86a9ff; --mark: #ffb070; --focus: #86a9ff; } }
:root[data-theme="dark"] { color-scheme: dark;
  --page: #121318; --surface: #1a1c23; --line: #343743; --text: #eae8e3; --muted: #a5a3ad;
  --accent: #86a9ff; --mark: #ffb070; --focus: #86a9ff; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1280px; padding: 1.5rem clamp(0.75rem, 3vw, 2rem) 3rem;
  background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; gap: 1rem; justify-content: space-between; align-items: start; flex-wrap: wrap; margin-bottom: 1rem; }
h1 { font-size: 1.55rem; line-height: 1.2; margin: 0 0 0.2rem; letter-spacing: -0.01em; }
h2 { font-size: 1.05rem; margin: 0; }
h3 { font-size: 0.9rem; margin: 0; }
#about { margin: 0; color: var(--muted); }
.hint { color: var(--muted); font-size: 0.85rem; margin: 0.1rem 0 0.6rem; }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 0.9rem 1.1rem 1rem; margin: 0 0 1rem; min-width: 0; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 1rem; align-items: start; }
.attention { display: grid; grid-template-columns: auto minmax(0, 1fr) minmax(0, 20rem); gap: 1rem 1.5rem; align-items: start; }
@media (max-width: 900px) { .pair, .attention { grid-template-columns: minmax(0, 1fr); } }
figure { margin: 0; overflow-x: auto; border-radius: 6px; }
figure svg { display: block; max-width: none; font-family: system-ui, sans-serif; }
figure svg text { fill: currentColor; }
figure:focus-visible, .text:focus-visible, select:focus-visible { outline: 2px solid var(--focus); outline-offset: 3px; }
svg .cells rect, svg .hits rect { cursor: pointer; }
.text { display: flex; flex-wrap: wrap; gap: 3px 0; max-height: 13rem; overflow-y: auto; border-radius: 6px; padding: 4px;
  font: 14px/1.6 ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: pre; }
.token { position: relative; padding: 0 1px; border-radius: 3px; cursor: pointer; isolation: isolate; border-bottom: 2px solid transparent; }
.token::before { content: ""; position: absolute; inset: 0; z-index: -1; border-radius: 3px; background: var(--accent); opacity: var(--shade); }
.token.prompt { border-bottom: 2px dotted var(--muted); }
.token[aria-selected="true"] { outline: 2px solid var(--mark); outline-offset: 0; z-index: 1; }
.break { flex-basis: 100%; height: 0; }
.summary { margin: 0.7rem 0 0; }
.summary b { font-weight: 600; }
code, .piece { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.92em; }
.piece { background: color-mix(in srgb, var(--mark) 16%, transparent); border-radius: 3px; padding: 0 3px; white-space: pre; }
.controls { display: flex; flex-wrap: wrap; gap: 0.3rem 1rem; align-items: center; margin: 0.4rem 0 0.8rem; }
.controls .hint { margin: 0; }
select { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 0.15rem 0.3rem; margin-left: 0.3rem; }
.theme { color: var(--muted); font-size: 0.85rem; }
.problem { border: 1px solid var(--mark); border-radius: 8px; padding: 0.8rem 1rem; }
footer { color: var(--muted); font-size: 0.85rem; }
`;
