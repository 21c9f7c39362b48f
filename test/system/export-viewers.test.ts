// test/system/export-viewers.test.ts: what a page has exported is opened by viewers: speedscope itself, and DevTools' own code for heap snapshots.
// Not here: the formats' schemas and sums (test/src/export/).

import type { Server } from "node:http";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AllocationProfile } from "../../src/tracemalloc/allocation-profile.js";
import { SMALL } from "../support/allocation-profiles.js";
import { readSnapshot } from "../support/devtools-snapshot.js";
import { launchBrowser, type Page, serve } from "../support/headless-browser.js";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const SPEEDSCOPE = dirname(
  createRequire(import.meta.url).resolve("speedscope/dist/release/file-format-schema.json"),
);

let browser: Browser;
let servers: { library: Server; viewer: Server };
let origin: string;
const files: Record<string, Page> = {};
let recorded: Awaited<ReturnType<typeof recordHeap>>;

/** Runs in a page. */
async function recordHeap(
  { createHeap }: typeof import("../../src/index.js"),
  { heapSnapshot, TraceEventRecorder }: typeof import("../../src/export/index.js"),
) {
  const heap = await createHeap();
  const recorder = new TraceEventRecorder(heap, { name: "page" });
  const Node = heap.struct("Node", { next: "self" });
  const first = new Node();
  first.next = new Node();
  recorder.sample();
  heap.gc.collect(1);
  heap.gc.collect();
  recorder.dispose();
  return { snapshot: heapSnapshot(heap), trace: JSON.stringify(recorder.toTraceEvents()) };
}

/** Runs in a page. */
async function exportAll(library: typeof import("../../src/export/index.js"), profile: AllocationProfile) {
  return {
    "/small.heapprofile": JSON.stringify(library.toHeapProfile(profile)),
    "/small.speedscope.json": JSON.stringify(library.toSpeedscope(profile)),
    "/small.folded": library.toFolded(profile),
    "/small.pb": [...library.toPprof(profile)],
    "/small.pb.gz": [...(await library.toGzippedPprof(profile))],
  };
}

beforeAll(async () => {
  const library = await serve(DIST, { "/": { content: "<!doctype html><title>exports</title>" } });
  const viewer = await serve(SPEEDSCOPE, files);
  servers = { library: library.server, viewer: viewer.server };
  origin = viewer.origin;
  browser = await launchBrowser();
  const page = await browser.newPage();
  await page.goto(library.origin);
  const exporting = exportAll.toString();
  const exported = (await page.evaluate(
    `import("${library.origin}/export.js").then((library) => (${exporting})(library, ${JSON.stringify(SMALL)}))`,
  )) as Awaited<ReturnType<typeof exportAll>>;
  recorded = (await page.evaluate(
    `Promise.all([import("${library.origin}/index.js"), import("${library.origin}/export.js")]).then(
      ([library, exporting]) => (${recordHeap.toString()})(library, exporting))`,
  )) as Awaited<ReturnType<typeof recordHeap>>;
  files["/recorded.json"] = { content: recorded.trace };
  await page.close();
  for (const [path, content] of Object.entries(exported)) {
    files[path] = { content: typeof content === "string" ? content : Uint8Array.from(content) };
  }
});

afterAll(async () => {
  await browser?.close();
  servers?.library.close();
  servers?.viewer.close();
});

/** Speedscope's table of functions for a file: name, bytes of its own, bytes with what it calls, sorted. */
async function tableOf(path: string): Promise<string[]> {
  const page = await browser.newPage();
  try {
    await page.goto(`${origin}/index.html#profileURL=${encodeURIComponent(origin + path)}&view=sandwich`);
    await page.getByText("Symbol Name").waitFor();
    const rows = await page.locator("tr:has(td:nth-child(3))").allInnerTexts();
    const cells = rows.map((row) => row.split("\t").map((cell) => cell.trim().replace(/ \(.*%\)$/, "")));
    const functions = cells.flatMap(([whole, own, name]) => (name ? [`${name}: ${own} of ${whole}`] : []));
    return functions.sort();
  } finally {
    await page.close();
  }
}

test("a .heapprofile", async () => {
  expect(await tableOf("/small.heapprofile")).toEqual([
    "(root): 0 B of 4.20 KB",
    "(unknown): 8 B of 8 B",
    "load: 4.10 KB of 4.10 KB",
    "main: 0 B of 100 B",
    "main: 100 B of 4.10 KB",
  ]);
});

test("a .speedscope.json", async () => {
  expect(await tableOf("/small.speedscope.json")).toEqual([
    "(unknown): 8 B of 8 B",
    "load: 4.10 KB of 4.10 KB",
    "main: 0 B of 100 B",
    "main: 100 B of 4.10 KB",
  ]);
});

test("folded stacks", async () => {
  expect(await tableOf("/small.folded")).toEqual([
    "(unknown): 8 of 8",
    "load (app.js:10): 4,196 of 4,196",
    "main (app.js:3): 100 of 4,196",
    "main (app.js:4): 0 of 100",
  ]);
});

test.each(["/small.pb", "/small.pb.gz"])("a profile of pprof, %s", async (path) => {
  expect(await tableOf(path)).toEqual([
    "(unknown): 8 B of 8 B",
    "load: 4.10 KB of 4.10 KB",
    "main: 100 B of 4.20 KB",
  ]);
});

test("trace events: collections as calls", async () => {
  const names = (await tableOf("/recorded.json")).map((row) => row.slice(0, row.indexOf(" {")));
  expect(names).toEqual(["gc generation 1", "gc generation 2"]);
});

test("a heap snapshot, of a heap in the page", async () => {
  const { nodes, named } = await readSnapshot([recorded.snapshot]);
  expect(nodes.filter(({ name }) => name === "Node").map(({ selfSize }) => selfSize)).toEqual([16, 16]);
  expect(named("(Handles)").retainedSize).toBeGreaterThanOrEqual(2 * 16);
});
