// scripts/draw-tour.mjs: draws docs/images/tour.svg: pieces of the tour as a terminal shows them.
//
//   npm run build && node scripts/draw-tour.mjs

import { writeFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { createAnsiSequenceParser } from "ansi-sequence-parser";
import { build } from "esbuild";

const OUTPUT = "docs/images/tour.svg";
const BUNDLE = new URL("../build/draw-tour.mjs", import.meta.url);
const COLUMNS = 104;
const [CELL_WIDTH, LINE_HEIGHT, MARGIN, FONT_SIZE] = [7.8, 17, 18, 13];
const BACKGROUND = "#11151c";
const FOREGROUND = "#d8dee9";
const PALETTE = { cyan: "#6fc3df", yellow: "#ebcb8b", green: "#a3be8c", magenta: "#c792ea" };

/** What is shown: of a chapter's lines, those from the first match to before the second. */
const PIECES = [
  ["refcount", /── /, /When the last/, 1],
  ["memory", /frame +object/, /Objects that may/, 1],
  ["pools", /del records\[1::2\]/, /more = /, 1],
  ["cycles", /a = Node\(1\)/, /del a, b/, 1],
];

await build({
  stdin: {
    contents: `
      export { CHAPTERS } from "./src/tour/chapters.js";
      export { createColors } from "./src/tour/colors.js";
      export { Stage } from "./src/tour/stage.js";
      export { createHeapSync } from "./src/embedded.js";`,
    resolveDir: ".",
  },
  ...{
    outfile: BUNDLE.pathname,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    charset: "utf8",
    logLevel: "warning",
  },
  loader: { ".wasm": "binary" },
  external: ["node:*"],
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
});
const { CHAPTERS, Stage, createColors, createHeapSync } = await import(BUNDLE);

/** The lines of a chapter, coloured. */
function linesOf(name) {
  const lines = [];
  const stage = new Stage({ print: (line) => lines.push(line), colors: createColors(true), width: COLUMNS });
  const chapter = CHAPTERS.find((it) => it.name === name);
  stage.title(`${CHAPTERS.indexOf(chapter) + 1}/${CHAPTERS.length + 1}`, name, chapter.title);
  chapter.play(stage, createHeapSync());
  return lines;
}

const plain = stripVTControlCharacters;
const shown = PIECES.flatMap(([name, from, to, occurrence]) => {
  const lines = linesOf(name);
  const first = lines.findIndex((line) => from.test(plain(line)));
  let left = occurrence;
  const last = lines.findIndex((line, index) => index > first && to.test(plain(line)) && --left === 0);
  return [...lines.slice(first, last), ""];
}).filter((line, index, all) => plain(line) !== "" || plain(all[index - 1] ?? "x") !== "");
while (shown.at(-1) === "") shown.pop();

const escapeXml = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const number = (value) => Number(value.toFixed(1));

/** Each word at its column, and as wide as its columns: so they meet, whatever the font. */
function draw(line, row) {
  const words = [];
  let column = 0;
  for (const { value, foreground, decorations } of createAnsiSequenceParser().parse(line)) {
    for (const part of value.split(/( +)/)) {
      const length = [...part].length;
      const fill = foreground ? PALETTE[foreground.name] : FOREGROUND;
      const style = `${decorations.has("bold") ? ' font-weight="bold"' : ""}${decorations.has("dim") ? ' opacity="0.55"' : ""}`;
      const place = `x="${number(MARGIN + column * CELL_WIDTH)}" y="${MARGIN + row * LINE_HEIGHT + FONT_SIZE}"`;
      const size = `textLength="${number(length * CELL_WIDTH)}" lengthAdjust="spacingAndGlyphs"`;
      if (part.trim() !== "")
        words.push(`<text ${place} fill="${fill}"${style} ${size}>${escapeXml(part)}</text>`);
      column += length;
    }
  }
  return words.join("");
}

const width = Math.ceil(2 * MARGIN + COLUMNS * CELL_WIDTH);
const height = 2 * MARGIN + shown.length * LINE_HEIGHT;
writeFileSync(
  OUTPUT,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_SIZE}">
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
${shown.map(draw).filter(Boolean).join("\n")}
</svg>
`,
);
console.log(OUTPUT);
