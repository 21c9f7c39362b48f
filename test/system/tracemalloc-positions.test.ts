// test/system/tracemalloc-positions.test.ts: a TypeScript program, compiled in any way and run by Node, is told the places of its own source.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { installPacked } from "../support/packed-package.js";

/** Every allocation has its name on its line: keep(name, block). */
const PROGRAM = `
import { createHeapSync } from "pymalloc/embedded";

const heap = createHeapSync();
const nframe: number = Number(process.argv[2]);
const isTraced: boolean = !process.argv.includes("untraced");
interface Told { frames: unknown[]; text: string[] }
const told: Record<string, Told> = {};

type Block = Parameters<typeof heap.tracemalloc.getObjectTraceback>[0];
function keep(name: string, block: Block): void {
  const traceback = heap.tracemalloc.getObjectTraceback(block)!;
  told[name] = { frames: [...traceback.frames], text: traceback.format() };
}

class Thing extends heap.struct("Thing", { next: "ref", x: "f64" }) {
  get double(): number {
    return this.x * 2;
  }
}
class Built extends Thing {
  constructor() {
    super({ x: 21 });
  }
}
const Plain = heap.struct("Plain", { x: "f64" });
const Final = heap.struct("Final", { next: "ref" }, {
  finalizer: () => {
    keep("finalizer", heap.malloc(10));
  },
});

function* blocks(): Generator<number> {
  let block: number = heap.malloc(20);
  yield block;
  keep("generator", block = heap.malloc(21));
  yield block;
}

async function later(): Promise<void> {
  await null;
  keep("async", heap.malloc(30));
  await new Promise<void>((resolve) => setTimeout(() => {
    keep("timer", heap.malloc(31));
    resolve();
  }, 1));
}

function outer(): void {
  const inner = (): void => {
    keep("inner", heap.malloc(40));
  };
  inner(); // called from outer
}

async function main(): Promise<void> {
  if (isTraced) heap.tracemalloc.start(nframe);
  keep("malloc", heap.malloc(1));
  keep("calloc", heap.calloc(1, 2));
  keep("realloc", heap.realloc(heap.malloc(3), 300));
  keep("list", heap.list([1000, "text"]));
  keep("from", heap.from({ a: [1, { b: new Set([1000]) }] }));
  keep("struct", new Plain({ x: 1 }));
  keep("class", new Thing());
  keep("constructor", new Built());
  keep("batch", Plain.allocate(10).at(3));
  outer();
  [1].map((size) => keep("callback", heap.malloc(size)));
  const list = heap.list();
  heap.frame(() => {
    keep("frame", heap.dict(new Map([[1, list]])));
    const final = new Final();
    final.next = heap.list([final]);
  });
  heap.gc.collect();
  [...blocks()];
  await later();
  const unnamed = Object.assign(globalThis, { heap });
  keep("eval", (0, eval)("heap.malloc(50)"));
  keep("Function", new Function("heap", "\\n\\n\\nreturn heap.malloc(51);")(unnamed.heap));
  heap.tracemalloc.track(7, 8);
  const user = [...heap.tracemalloc.takeSnapshot().traces].find(({ domain }) => domain === "user")!;
  told.track = { frames: [...user.traceback.frames], text: user.traceback.format() };
}

main().then(() => console.log(JSON.stringify(told)));
`;
const NAMES = [
  ...["malloc", "calloc", "realloc", "list", "from", "struct", "class", "constructor", "batch", "inner"],
  ...["callback", "frame", "finalizer", "generator", "async", "timer", "eval", "Function", "track"],
];
/** What is on the line of an allocation, where that is not keep(). */
const LINES: Readonly<Record<string, string>> = {
  class: 'heap.struct("Thing"', // a constructor that is not written has the place of its class
  constructor: "super({ x: 21 })",
  track: "track(7",
};
const SOURCE = "mein pro%20gramm für #1.ts";

interface Told {
  readonly frames: readonly { functionName: string; filename: string; lineno: number }[];
  readonly text: readonly string[];
}

let folder: string;
let source: string;
beforeAll(() => {
  folder = installPacked();
  // a folder of the library's name is nobody's but the program's
  source = join(folder, "pymalloc/src", SOURCE);
  mkdirSync(dirname(source), { recursive: true });
  writeFileSync(source, PROGRAM);
});

let compiled = 0;
/** The compiled program's path. */
function compile(options: BuildOptions): string {
  compiled += 1;
  const outfile = join(folder, `über 100% #${compiled}?`, options.format === "cjs" ? "main.cjs" : "main.mjs");
  buildSync({
    entryPoints: [source],
    outfile,
    absWorkingDir: folder,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    charset: "utf8",
    logLevel: "error",
    ...options,
  });
  return outfile;
}

function run(args: readonly string[], file: string, nframe: number): Record<string, Told> {
  const output = execFileSync(process.execPath, [...args, file, String(nframe)], {
    cwd: folder,
    encoding: "utf8",
  });
  return JSON.parse(output) as Record<string, Told>;
}

/** Line of an allocation, from 1; and its text. */
function lineOf(name: string, file: string): { lineno: number; text: string } {
  const lines = readFileSync(file, "utf8").split("\n");
  const index = lines.findIndex((line) =>
    line.includes(Object.hasOwn(LINES, name) ? LINES[name]! : `keep("${name}"`),
  );
  return { lineno: index + 1, text: lines[index]!.trim() };
}

/** @param file - which all frames are of. */
function expectPlaces(told: Record<string, Told>, file: string, nframe: number): void {
  for (const name of NAMES) {
    const { frames, text } = told[name]!;
    const line = lineOf(name, file);
    expect(frames.at(-1), name).toMatchObject({ filename: file, lineno: line.lineno });
    expect(text.at(-1), name).toBe(`    ${line.text}`);
    expect(new Set(frames.map(({ filename }) => filename)), name).toEqual(new Set([file]));
    expect(frames.length, name).toBeLessThanOrEqual(nframe);
  }
  if (nframe === 1) return;
  expect(told.finalizer!.text.join("\n")).toContain(`\n    heap.gc.collect();\n`);
}

/** Who called, in the source. */
function expectCallers({ frames, text }: Told, nframe: number): void {
  const names = ["main", "outer", "inner"].slice(-nframe);
  expect(frames.map(({ functionName }) => functionName).slice(-names.length)).toEqual(names);
  const lines = ["outer();", "inner(); // called from outer"].slice(1 - names.length, nframe === 1 ? 0 : 2);
  for (const line of lines) expect(text).toContain(`    ${line}`);
}

describe.each([1, 2, 25])("%d frames:", (nframe) => {
  test("an external source map", () => {
    const told = run([], compile({ sourcemap: "linked" }), nframe);
    expectPlaces(told, source, nframe);
    expectCallers(told.inner!, nframe);
  });

  test("an inline source map", () => {
    expectPlaces(run([], compile({ sourcemap: "inline" }), nframe), source, nframe);
  });

  test("a source map without the source's text", () => {
    expectPlaces(run([], compile({ sourcemap: "linked", sourcesContent: false }), nframe), source, nframe);
  });

  test("no source map: places of the compiled program", () => {
    const file = compile({});
    expectPlaces(run([], file, nframe), file, nframe);
  });

  test("one file together with the library, whose frames its source map tells apart", () => {
    const told = run([], compile({ sourcemap: "linked", packages: "bundle" }), nframe);
    expectPlaces(told, source, nframe);
    expectCallers(told.inner!, nframe);
  });

  test("one file together with the library, minified", () => {
    const file = compile({ sourcemap: "linked", packages: "bundle", minify: true });
    expectPlaces(run([], file, nframe), source, nframe);
  });

  test("CommonJS", () => {
    const options = {
      format: "cjs",
      packages: "bundle",
      define: { "import.meta.url": "undefined" },
    } as const;
    expectPlaces(run([], compile({ ...options, sourcemap: "linked" }), nframe), source, nframe);
  });

  test("Node's own source maps are on", () => {
    expectPlaces(run(["--enable-source-maps"], compile({ sourcemap: "linked" }), nframe), source, nframe);
  });
});

test("a bundler that puts in the library's own place for import.meta.url does not mislead it", () => {
  const chunk = JSON.stringify("file:///app/node_modules/pymalloc/dist/pymalloc-core-ABC.js");
  const file = compile({ sourcemap: "linked", packages: "bundle", define: { "import.meta.url": chunk } });
  for (const nframe of [1, 2]) expectPlaces(run([], file, nframe), source, nframe);
});

describe("a program's own settings of Error", () => {
  /** Has a module run before the program, and tell at the end what has become of Error. */
  function runAfter(preset: string, nframe: number): { told: Record<string, Told>; after: unknown } {
    const file = join(folder, "preset.mjs");
    writeFileSync(
      file,
      `${preset}
       const { stackTraceLimit, prepareStackTrace } = Error;
       process.on("exit", () => console.error(JSON.stringify({
         limit: Error.stackTraceLimit === stackTraceLimit,
         form: Error.prepareStackTrace === prepareStackTrace,
         lines: new Error("x").stack.split("\\n").length,
       })));`,
    );
    const compiledFile = compile({ sourcemap: "linked" });
    const output = execFileSync(process.execPath, ["--input-type=module", "-"], {
      cwd: folder,
      encoding: "utf8",
      input: `
          import { spawnSync } from "node:child_process";
          const { stdout, stderr } = spawnSync(process.execPath, ["--import", ${JSON.stringify(`file://${file}`)}, ${JSON.stringify(compiledFile)}, "${nframe}"], { encoding: "utf8" });
          console.log(JSON.stringify({ stdout, stderr }));`,
    });
    const { stdout, stderr } = JSON.parse(output) as { stdout: string; stderr: string };
    expect(stdout, stderr).not.toBe("");
    return { told: JSON.parse(stdout) as Record<string, Told>, after: JSON.parse(stderr) };
  }

  test.each([1, 25])("no frames wanted: %d are traced, and none are shown elsewhere", (nframe) => {
    const { told, after } = runAfter("Error.stackTraceLimit = 0;", nframe);
    expectPlaces(told, source, nframe);
    expect(after).toEqual({ limit: true, form: true, lines: 1 });
  });

  test.each([1, 25])("stacks of an own form: %d frames are traced, and the form is as it was", (nframe) => {
    const { told, after } = runAfter("Error.prepareStackTrace = () => 'one\\ntwo\\nthree';", nframe);
    expectPlaces(told, source, nframe);
    expect(after).toEqual({ limit: true, form: true, lines: 3 });
  });

  // other engines have the stack's text, and no call sites
  test.each([
    ["no captureStackTrace", "delete Error.captureStackTrace;"],
    [
      "nobody asks prepareStackTrace",
      "Object.defineProperty(Error, 'prepareStackTrace', { get: () => undefined, set: () => {} });",
    ],
  ])("%s: any number of frames is traced from the text", (_, preset) => {
    for (const nframe of [1, 2, 25]) {
      const { told, after } = runAfter(preset, nframe);
      expectPlaces(told, source, nframe);
      expectCallers(told.inner!, nframe);
      expect(after).toMatchObject({ limit: true, form: true });
    }
  });

  test.each(["Object.freeze(Error);", "Error.stackTraceLimit = 25; Object.freeze(Error);"])(
    "%s: what can't be set is left, and traced from the text",
    (preset) => {
      const { told, after } = runAfter(preset, 1);
      expectPlaces(told, source, 1);
      expect(after).toMatchObject({ limit: true, form: true });
    },
  );
});
