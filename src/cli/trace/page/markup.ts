/** The page without its data. What is empty is filled by `main.ts`. */
export const pageMarkup = `
<header>
  <div>
    <h1>How each token came about</h1>
    <p id="about"></p>
  </div>
  <label class="theme">Theme
    <select id="theme"><option value="auto">as the system</option><option value="light">light</option><option value="dark">dark</option></select>
  </label>
</header>
<noscript><p class="problem">This page draws its pictures with JavaScript, which is switched off.</p></noscript>
<p class="problem" id="problem" role="alert" hidden></p>
<main id="main" hidden>
  <section aria-labelledby="text-title">
    <h2 id="text-title">The text</h2>
    <p class="hint">Choose a token: click, or use the arrow keys, here or on any picture. The darker, the less the model expected it; the prompt is underlined.</p>
    <div id="text" class="text" role="listbox" tabindex="0" aria-labelledby="text-title"></div>
    <p id="summary" class="summary" aria-live="polite"></p>
  </section>
  <section aria-labelledby="along-title">
    <h2 id="along-title">Surprise and entropy</h2>
    <p class="hint">Dots: −ln of the probability of each token. Line: the entropy of what it was chosen from, which is the surprise to be expected. Both in nats.</p>
    <figure id="along" tabindex="0"></figure>
  </section>
  <div class="pair">
    <section aria-labelledby="candidates-title">
      <h2 id="candidates-title">Candidates, sampler by sampler</h2>
      <p class="hint">From the model’s own distribution to the one that was drawn from. A dash: cut by a sampler.</p>
      <figure id="candidates"></figure>
    </section>
    <section aria-labelledby="lens-title">
      <h2 id="lens-title">Logit lens</h2>
      <p class="hint">What each layer would say if it were the last. Framed: the token that came. Right: its rank.</p>
      <figure id="lens"></figure>
    </section>
  </div>
  <section aria-labelledby="lens-map-title">
    <h2 id="lens-map-title">Logit lens along the text</h2>
    <p class="hint">How likely each layer finds the token that came next.</p>
    <figure id="lens-map" tabindex="0"></figure>
  </section>
  <section aria-labelledby="attention-title" id="attention">
    <h2 id="attention-title">Attention</h2>
    <p class="controls">
      <label>Layer <select id="layer"></select></label>
      <label>Head <select id="head"></select></label>
      <span class="hint">On the map of heads the arrow keys choose too.</span>
    </p>
    <div class="attention">
      <div>
        <h3 id="heads-title">All heads</h3>
        <p class="hint">How much each looks beyond the first token.</p>
        <figure id="heads" tabindex="0"></figure>
      </div>
      <div>
        <h3 id="matrix-title">This head, all tokens</h3>
        <p class="hint">Row: the token that looks. Column: what it looks at.</p>
        <figure id="matrix" tabindex="0"></figure>
      </div>
      <div>
        <h3 id="looks-title">This head, this token</h3>
        <p class="hint" id="looks-hint"></p>
        <figure id="looks"></figure>
      </div>
    </div>
  </section>
</main>
<footer>Written by <code>pellucid trace</code>. This file is whole: it asks nothing of any network. The licences of the code in it are in its source.</footer>
`;
