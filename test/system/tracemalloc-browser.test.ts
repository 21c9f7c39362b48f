// test/system/tracemalloc-browser.test.ts: in a page, places are those of the TypeScript source, once its source maps were fetched; what decodes
// them is loaded for that alone.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { dirname, join } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, serve } from "../support/headless-browser.js";
import { installPacked } from "../support/packed-package.js";

/** What tells the library that decodes source maps from everything else. */
const DECODER = /node_modules\/@jridgewell\//;

const PROGRAM = `
import { createHeap } from "LIBRARY";

interface Size { bytes: number }

export async function run(nframe: number, isLoaded: boolean): Promise<unknown> {
  const heap = await createHeap();
  const Node = heap.struct("Node", { next: "ref" });
  heap.tracemalloc.start(nframe);
  const allocate = (size: Size): number => heap.malloc(size.bytes); // malloc
  function outer(): number {
    return allocate({ bytes: 64 }); // outer
  }
  const blocks = [
    outer(), // main
    heap.list([1000]), // list
    new Node(), // struct
  ];
  if (isLoaded) await heap.tracemalloc.loadSourceMaps();
  return blocks.map((block) => {
    const traceback = heap.tracemalloc.getObjectTraceback(block)!;
    return { frames: traceback.frames, text: traceback.format(), name: String(traceback) };
  });
}
`;

interface Told {
  readonly frames: readonly { filename: string; lineno: number }[];
  readonly text: readonly string[];
}

let folder: string;
let server: Server;
let browser: Browser;
let origin: string;
const requests: string[] = [];

beforeAll(async () => {
  folder = installPacked();
  ({ server, origin } = await serve(folder, { "/": { content: "<!doctype html><title>pymalloc</title>" } }));
  server.on("request", (request) => requests.push(request.url!));
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

function compile(name: string, library: string, options: BuildOptions): void {
  const source = join(folder, "src", `${name}.ts`);
  mkdirSync(dirname(source), { recursive: true });
  writeFileSync(source, PROGRAM.replace("LIBRARY", library));
  buildSync({
    entryPoints: [source],
    outdir: join(folder, "public"),
    absWorkingDir: folder,
    bundle: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    sourcemap: "linked",
    splitting: true,
    external: ["node:*", "/node_modules/*"],
    logLevel: "error",
    ...options,
  });
}

async function run(name: string, nframe: number, isLoaded = true): Promise<Told[]> {
  requests.length = 0;
  const page = await browser.newPage();
  try {
    await page.goto(origin);
    const program = `import("${origin}/public/${name}.js").then(({ run }) => run(${nframe}, ${isLoaded}))`;
    return (await page.evaluate(program)) as Told[];
  } finally {
    await page.close();
  }
}

/** Line of the source that ends in a comment. */
function lineOf(name: string): number {
  return PROGRAM.split("\n").findIndex((line) => line.endsWith(`// ${name}`)) + 1;
}

function expectPlaces(told: readonly Told[], file: string, nframe: number): void {
  expect(told.map(({ frames }) => frames.at(-1)!.lineno)).toEqual(["malloc", "list", "struct"].map(lineOf));
  for (const { frames, text } of told) {
    expect(new Set(frames.map(({ filename }) => filename))).toEqual(new Set([`${origin}/src/${file}.ts`]));
    expect(frames.length).toBeLessThanOrEqual(nframe);
    const { lineno } = frames.at(-1)!;
    expect(text.at(-1)).toBe(`    ${PROGRAM.split("\n")[lineno - 1]!.trim()}`);
  }
  const lines = ["main", "outer", "malloc"].map(lineOf).slice(-nframe);
  expect(told[0]!.frames.map(({ lineno }) => lineno).slice(-3)).toEqual(lines);
}

describe.each([1, 2, 25])("%d frames:", (nframe) => {
  test("a program beside the library", async () => {
    compile("beside", "/node_modules/pymalloc/dist/index.js", {});
    expectPlaces(await run("beside", nframe), "beside", nframe);
  });

  test("a program bundled with the library", async () => {
    compile("bundled", "pymalloc/embedded", { minify: true, minifyIdentifiers: false });
    expectPlaces(await run("bundled", nframe), "bundled", nframe);
  });
});

test("before its source maps are fetched, places are those of the program that runs", async () => {
  compile("early", "/node_modules/pymalloc/dist/index.js", {});
  const told = await run("early", 25, false);
  const lines = readFileSync(join(folder, "public/early.js"), "utf8").split("\n");
  for (const { frames } of told) {
    for (const { filename } of frames) expect(filename).toBe(`${origin}/public/early.js`);
  }
  expect(told.map(({ frames }) => lines[frames.at(-1)!.lineno - 1])).toEqual([
    expect.stringContaining("heap.malloc"),
    expect.stringContaining("heap.list"),
    expect.stringContaining("new Node"),
  ]);
  expect(requests.filter((url) => url.endsWith(".map"))).toEqual([]);
});

test("what decodes source maps is in a file of its own, which is fetched when they are", async () => {
  const dist = join(folder, "node_modules/pymalloc/dist");
  const files = readdirSync(dist).filter((file) =>
    /^(index|embedded|export|pymalloc-core-.*)\.js$/.test(file),
  );
  const decoders = files.filter((file) => DECODER.test(readFileSync(join(dist, file), "utf8")));
  expect(decoders).toEqual([expect.stringMatching(/^pymalloc-core-/)]);
  const [decoder] = decoders as [string];
  const fetches = (): boolean => requests.some((url) => url.endsWith(`/${decoder}`));
  compile("lazy", "/node_modules/pymalloc/dist/index.js", {});
  await run("lazy", 1, false);
  expect(fetches()).toBe(false);
  await run("lazy", 1, true);
  expect(fetches()).toBe(true);
});

test("a page whose maps can't be fetched keeps its places", async () => {
  compile("lost", "/node_modules/pymalloc/dist/index.js", {});
  const file = join(folder, "public/lost.js");
  writeFileSync(file, readFileSync(file, "utf8").replace("lost.js.map", "nothing.map"));
  const told = await run("lost", 1);
  expect(told.map(({ frames }) => frames[0]!.filename)).toEqual(Array(3).fill(`${origin}/public/lost.js`));
});
