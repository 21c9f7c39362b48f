// src/lab/page/style.ts: the page's style sheet: light and dark, wide and narrow, on screen and on paper.

export const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --panel: #fafafa; --ink: #1c1f24; --soft: #5c6470; --line: #dfe3e8; --accent: #0072b2;
  --faster: #4a9fd4; --slower: #e08a2e; --warn: #9a5b00; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171b; --panel: #1a1e23; --ink: #e6e9ed; --soft: #9aa4b0; --line: #2e343c;
  --accent: #56b4e9; --faster: #2f7fb5; --slower: #b5651d; --warn: #e8a33d; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 6.5rem; }
body { margin: 0 auto; max-width: 80rem; padding: 0 1.25rem 4rem; background: var(--ground); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 2.5rem 0 .5rem; letter-spacing: -.01em; }
h2 { font-size: 1.3rem; margin: 3rem 0 .25rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
#overview h2 { border: 0; margin-top: 1rem; }
h3 { font-size: 1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; max-width: 75ch; }
.lead, footer, .noise, figcaption { color: var(--soft); }
h2, h3, nav a, .lead, .warnings { overflow-wrap: anywhere; }
.noise, footer { font-size: .87rem; }
.warnings { color: var(--warn); padding-left: 1.2rem; margin: .5rem 0; }
nav, #legend { display: flex; flex-wrap: wrap; gap: .2rem .9rem; background: var(--ground); }
nav { padding: 1rem 0 .4rem; }
nav a { color: var(--accent); text-decoration: none; }
nav a:hover { text-decoration: underline; }
#legend { position: sticky; top: 0; z-index: 2; padding: .5rem 0; border-bottom: 1px solid var(--line); gap: .3rem; max-height: 6rem; overflow: auto; }
#legend button { display: inline-flex; align-items: center; gap: .4rem; font: inherit; font-size: .87rem; color: var(--ink); background: none;
  border: 1px solid var(--line); border-radius: 1rem; padding: .1rem .6rem; cursor: pointer; }
#legend button[aria-pressed="false"] { opacity: .45; text-decoration: line-through; }
#legend svg { width: 1.4rem; height: .7rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.25rem; margin: 1.25rem 0; }
figure { margin: 0; padding: .9rem 1rem 1rem; background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; min-width: 0; }
figure.wide { grid-column: 1 / -1; }
figcaption { font-size: .87rem; margin-bottom: .4rem; min-height: 2.7em; }
figcaption strong { color: var(--ink); display: block; font-size: .95rem; }
.drawing { min-height: 17rem; }
.maps { min-height: 6rem; display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; }
.maps p { font-size: .82rem; margin: 0 0 .25rem; }
.maps canvas { width: 100%; image-rendering: pixelated; display: block; border: 1px solid var(--line); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; margin: .4rem 0 1rem; min-width: 40rem; }
th, td { padding: .28rem .7rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--ground); }
thead th { color: var(--soft); font-weight: 500; }
tbody th { font-weight: 600; }
.heat td small { color: var(--soft); display: block; line-height: 1.1; }
tr[hidden] { display: none; }
summary { cursor: pointer; font-weight: 600; font-size: .92rem; }
@media (max-width: 45rem) { .figures { grid-template-columns: minmax(0, 1fr); } body { padding: 0 .8rem 3rem; } h1 { font-size: 1.4rem; } }
@media print { nav, #legend { display: none; } figure, table { break-inside: avoid; } }
`;
