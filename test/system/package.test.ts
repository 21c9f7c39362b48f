import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { beforeAll, expect, test } from "vitest";
import { installPacked } from "../support/packed-package.js";

let folder: string;
beforeAll(() => {
  folder = installPacked();
});

/** Runs a module in the folder of an embedder; its output. */
function run(source: string): string {
  const file = join(folder, "program.mjs");
  writeFileSync(file, source);
  return execFileSync(process.execPath, [file], { cwd: folder, encoding: "utf8" }).trim();
}

test("the packed package allocates in Node, its Wasm found beside it", () => {
  const output = run(`
    import { createHeap, DoubleFreeError } from "pymalloc";
    const heap = await createHeap();
    const address = heap.malloc(48);
    heap.free(address);
    try { heap.free(address); } catch (error) { console.log(error instanceof DoubleFreeError, error.name); }
    heap.verify();
  `);
  expect(output).toBe("true DoubleFreeError");
});

test("the embedded entry needs no file beside it and works at once", () => {
  const output = run(`
    import { createHeap, createHeapSync, MemoryError } from "pymalloc/embedded";
    import * as located from "pymalloc";
    const heap = createHeapSync({ maximumBytes: 1 << 17 });
    try { heap.malloc(1 << 20); } catch (error) { console.log(error instanceof MemoryError, error instanceof located.MemoryError); }
    console.log((await createHeap()).malloc(1) > 0);
  `);
  expect(output).toBe("true true\ntrue");
});

test("the Wasm file is an entry of its own, for those who place it themselves", () => {
  const output = run(`
    import { readFileSync } from "node:fs";
    import { createHeapSync } from "pymalloc";
    const file = new URL(import.meta.resolve("pymalloc/pymalloc.wasm"));
    console.log(createHeapSync(readFileSync(file)).usableSize(0));
  `);
  expect(output).toBe("0");
});

test("the entry for exports works beside the library, and throws its errors", () => {
  const output = run(`
    import { InvalidArgumentError } from "pymalloc";
    import { toFolded } from "pymalloc/export";
    const frame = { functionName: "main", filename: "app.js", lineno: 3, column: 1 };
    const samples = [{ frames: [frame], bytes: 64, count: 2, domain: "user" }];
    process.stdout.write(toFolded({ samples, takenAt: Date.now() }));
    try { toFolded({ samples }); } catch (error) { console.log(error instanceof InvalidArgumentError, error.message); }
  `);
  expect(output).toBe(
    "main (app.js:3) 64\ntrue takenAt is undefined; it must be milliseconds since the epoch",
  );
});

test("whatever is bundled comes with its name and its licence", () => {
  const text = readFileSync(join(folder, "node_modules/pymalloc/dist/THIRD-PARTY-LICENSES.txt"), "utf8");
  expect(text).toMatch(/^pprof-format 2\.\S+ \(MIT\)\n\nCopyright 2022 DataDog/m);
  expect(text).not.toMatch(/^undefined /m);
});

test("installing it installs nothing else", () => {
  const manifest = JSON.parse(readFileSync(join(folder, "node_modules/pymalloc/package.json"), "utf8"));
  expect(manifest.dependencies ?? {}).toEqual({});
});

test("the command runs from the packed package, on the trace that comes with it", () => {
  const command = join(folder, "node_modules/.bin/pymalloc");
  const output = execFileSync(command, ["replay", "--rounds", "1", "--only", "pymalloc", "--json", "-"], {
    encoding: "utf8",
  });
  const [row] = (JSON.parse(output) as { rows: { trace: string; allocator: string; events: number }[] }).rows;
  expect(row).toMatchObject({ trace: "sqlite", allocator: "pymalloc", events: 945597 });
});

test("the profiler runs from the packed package, on TypeScript, and draws", () => {
  const command = join(folder, "node_modules/.bin/pymalloc");
  writeFileSync(
    join(folder, "script.ts"),
    `import { createHeap, type Heap } from "pymalloc";
    import { memoryUsage, profile } from "pymalloc/profile";
    const heap: Heap = await createHeap();
    const allocate = profile((bytes: number): number => {
      return heap.malloc(bytes);
    });
    const { peak, result } = await memoryUsage(() => allocate(64), { heap });
    console.log(result > 0, peak);`,
  );
  const options = { cwd: folder, encoding: "utf8" } as const;
  const table = execFileSync(command, ["profile", "script.ts"], options);
  expect(table).toMatch(/^true 64\n/);
  expect(table).toMatch(/^ +5 +64 B +64 B +1 +[\d.]+ ms +return heap\.malloc\(bytes\);$/m);
  execFileSync(command, ["mprof", "run", "-o", "run.json", "script.ts"], options);
  execFileSync(command, ["mprof", "plot", "run.json", "-o", "run.png"], options);
  expect(readFileSync(join(folder, "run.png")).subarray(1, 4).toString()).toBe("PNG");
  const registered = execFileSync(
    process.execPath,
    ["--import", "pymalloc/profile/register", "script.ts"],
    options,
  );
  expect(registered).toContain("Function: allocate, 1 call");
});

test("what decorators take besides @profile is said, where there is no compiler", () => {
  const file = join(folder, "decorated.ts");
  writeFileSync(file, "class A {\n  @other m() {}\n}\n");
  const command = join(folder, "node_modules/.bin/pymalloc");
  const { status, stderr } = spawnSync(command, ["profile", file], { cwd: folder, encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr).toContain(
    "decorators other than @profile take a compiler: npm install -D esbuild beside the script",
  );
});

test("publint finds nothing wrong with the package", async () => {
  const { messages } = await publint({
    pkgDir: join(folder, "node_modules/pymalloc"),
    strict: true,
    pack: false,
  });
  expect(messages).toEqual([]);
});
