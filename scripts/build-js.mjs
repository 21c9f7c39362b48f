// scripts/build-js.mjs: bundles the library and the command line into dist/, self-contained: what people embed has no dependencies.

import { copyFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import subsetFont from "subset-font";

const LICENSES = "dist/THIRD-PARTY-LICENSES.txt";

/** Latin, Greek and Cyrillic: first and last code points. */
const LETTERS = [
  [0x20, 0x17f],
  [0x370, 0x4ff],
  [0x2010, 0x2027],
];

/** Some of what is bundled asks for Node's modules in this way. */
const REQUIRE = [
  'import { createRequire as bundleRequire } from "node:module";',
  "const require = bundleRequire(import.meta.url);",
].join("\n");

rmSync("dist", { recursive: true, force: true });

const shared = {
  bundle: true,
  format: "esm",
  target: "es2022",
  outdir: "dist",
  metafile: true,
  charset: "utf8", // the tour shows its own source
  loader: { ".wasm": "binary" },
  logLevel: "warning",
};
const library = await build({
  ...shared,
  entryPoints: { index: "src/index.ts", embedded: "src/embedded.ts", export: "src/export/index.ts" },
  platform: "neutral",
  mainFields: ["module", "main"],
  external: ["node:*"],
  minifySyntax: true, // puts the layout's constants where they are used: engines don't, across modules
  splitting: true,
  chunkNames: "pymalloc-core-[hash]",
});
const inNode = { ...shared, platform: "node", target: "node20" };
const profiler = await build({
  ...inNode,
  entryPoints: {
    profile: "src/profile/index.ts",
    "profile/register": "src/profile/register.ts",
    "profile/import-hooks": "src/profile/import-hooks.ts",
    "profile/plot": "src/profile/plot.ts",
    // named as the library's own, as it stands between the program and its heaps: see src/tracemalloc/own-frames.ts
    "record/pymalloc-core-recorder": "src/record/register.ts",
  },
  minifyWhitespace: true, // the parser and the compiler are large
  minifySyntax: true,
  splitting: true,
  chunkNames: "profile/[name]-[hash]",
  banner: { js: REQUIRE },
});
const cli = await build({
  ...inNode,
  entryPoints: { cli: "src/cli/main.ts" },
  // large, and only for who has them: see src/lab/sweep/touches.ts and src/lab/tuning/compile.ts
  external: ["binaryen", "assemblyscript"],
  define: { "import.meta.isPymallocCommand": "true" }, // see src/tracemalloc/own-frames.ts
  banner: {
    js: `#!/usr/bin/env node\n${REQUIRE}`,
  },
});
const worker = await build({
  ...inNode,
  entryPoints: { "stress/worker": "src/stress/worker.ts" },
  banner: { js: REQUIRE },
  minifySyntax: true, // as the library: it is what people use that is put under stress
  minifyWhitespace: true,
});

const page = await build({
  ...shared,
  entryPoints: { "lab/page": "src/lab/page/client/main.ts" },
  format: "iife",
  platform: "browser",
  minify: true,
  legalComments: "none",
});

for (const module of ["pymalloc", "pymalloc.checked", "objects", "objects.checked"]) {
  copyFileSync(`build/${module}.wasm`, `dist/${module}.wasm`);
}
// what plots are drawn with as PNG: a rasteriser, and the letters that it has
copyFileSync("node_modules/@resvg/resvg-wasm/index_bg.wasm", "dist/profile/resvg.wasm");
const font = readFileSync("node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf");
writeFileSync(
  "dist/profile/letters.ttf",
  await subsetFont(font, charactersOf(LETTERS), { targetFormat: "truetype" }),
);

cpSync("build/strategies", "dist/strategies", { recursive: true, filter: (path) => !path.endsWith(".wat") });

function charactersOf(ranges) {
  return ranges
    .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => first + index))
    .map((code) => String.fromCodePoint(code))
    .join("");
}

/** Folder of the package that a bundled file comes from, or undefined for our own files. */
function packageFolder(file) {
  if (!file.includes("node_modules/")) return undefined;
  let folder = dirname(file);
  while (!isPackage(folder)) folder = dirname(folder);
  return folder;
}

/** Inside of packages, folders have manifests too, which tell the type of their modules and no name. */
function isPackage(folder) {
  const manifest = join(folder, "package.json");
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).name !== undefined;
}

const folders = new Set(
  [library, profiler, cli, worker, page].flatMap(({ metafile }) =>
    Object.keys(metafile.inputs).map(packageFolder).filter(Boolean),
  ),
);
folders.add("node_modules/dejavu-fonts-ttf");
const texts = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md", "license", "LICENSE.txt"]
    .map((f) => join(folder, f))
    .find(existsSync);
  return `${name} ${version} (${license})\n\n${file ? readFileSync(file, "utf8").trim() : "No licence text in the package."}`;
});
writeFileSync(LICENSES, `${texts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
