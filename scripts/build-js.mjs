// scripts/build-js.mjs: bundles the library and the command line into dist/, self-contained: what people embed has no dependencies.

import { copyFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const LICENSES = "dist/THIRD-PARTY-LICENSES.txt";

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
const cli = await build({
  ...shared,
  entryPoints: { cli: "src/cli/main.ts" },
  platform: "node",
  target: "node20",
  banner: {
    js: [
      "#!/usr/bin/env node",
      'import { createRequire as bundleRequire } from "node:module";',
      "const require = bundleRequire(import.meta.url);",
    ].join("\n"),
  },
});

for (const module of ["pymalloc", "pymalloc.checked", "objects", "objects.checked"]) {
  copyFileSync(`build/${module}.wasm`, `dist/${module}.wasm`);
}
cpSync("build/strategies", "dist/strategies", { recursive: true, filter: (path) => !path.endsWith(".wat") });

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
  [library, cli].flatMap(({ metafile }) => Object.keys(metafile.inputs).map(packageFolder).filter(Boolean)),
);
const texts = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md", "license", "LICENSE.txt"]
    .map((f) => join(folder, f))
    .find(existsSync);
  return `${name} ${version} (${license})\n\n${file ? readFileSync(file, "utf8").trim() : "No licence text in the package."}`;
});
writeFileSync(LICENSES, `${texts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
