// bench/inside-module.ts: an allocator and a driver (inside/) in one Wasm module, so that no call leaves Wasm.
// Not here: what the driver is called with (workloads.ts).
//
// Two variants, the same treatment for every allocator:
//   called    merged and nothing more: malloc and free are two calls from Wasm to Wasm
//   inlined   merged, all exports but the driver's removed, and optimised as a whole: as in a program that is
//             compiled together with its allocator

import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import type { AllocatorModule } from "../src/lab/allocator.js";
import { AllocatorModuleError } from "../src/lab/replay-errors.js";
import { standIns } from "../src/lab/wasm-imports.js";

/** A file of inside/, and the function it exports. */
export type Driver = "pair" | "churn";
export const VARIANTS = ["called", "inlined"] as const;
export type Variant = (typeof VARIANTS)[number];

/** Module name of a driver's imports. */
const ALLOCATOR = "env";
const PAGE_SIZE = 1 << 16;
/** What a brought module may use beyond Wasm's first version. */
const FEATURES = [
  "BulkMemory",
  "BulkMemoryOpt",
  "MultiMemory",
  "SignExt",
  "NontrappingFPToInt",
  "SIMD128",
] as const;
const FEATURE_FLAGS = [
  "--enable-bulk-memory",
  "--enable-multimemory",
  "--enable-sign-ext",
  "--enable-nontrapping-float-to-int",
  "--enable-simd",
];
const OPTIMIZE_LEVEL = 3;
/** The first pass over a merged module inlines, the second cleans up what that showed. */
const OPTIMIZE_PASSES = 2;

const runFile = promisify(execFile);

/** One fresh heap with a driver inside it. */
export interface InsideInstance {
  /** The driver's function. */
  readonly call: (...args: number[]) => number;
  /** Gives `bytes` bytes of the instance's memory, by `allocate` unless its addresses are made up. */
  place(bytes: number, allocate: () => number): number;
  /** Copies into the instance's memory. */
  write(address: number, data: Uint32Array | Int32Array | Uint16Array): void;
}

/** A merged module, compiled. */
export class InsideModule {
  private constructor(
    readonly allocator: AllocatorModule,
    readonly variant: Variant,
    private readonly driver: Driver,
    private readonly bytes: Uint8Array<ArrayBuffer>,
    private readonly module: WebAssembly.Module,
  ) {}

  /**
   * Merges an allocator with a driver, both ways.
   *
   * @param folder - for intermediate files; made if need be.
   * @throws {AllocatorModuleError} if the allocator cannot be merged.
   */
  static async build(allocator: AllocatorModule, driver: Driver, folder: string): Promise<InsideModule[]> {
    await mkdir(folder, { recursive: true });
    const merged = await merge(allocator, await compileDriver(driver, folder), driver, folder);
    const variants: Record<Variant, Uint8Array<ArrayBuffer>> = {
      called: merged,
      inlined: await inline(merged, driver),
    };
    return Promise.all(
      VARIANTS.map(async (variant) => {
        const bytes = variants[variant];
        await writeFile(join(folder, `${allocator.name}.${driver}.${variant}.wasm`), bytes);
        return new InsideModule(allocator, variant, driver, bytes, await WebAssembly.compile(bytes));
      }),
    );
  }

  async instantiate(): Promise<InsideInstance> {
    const { exports } = await WebAssembly.instantiate(this.module, standIns(this.bytes).imports);
    const memory = exports.memory as WebAssembly.Memory;
    if (typeof exports._initialize === "function") exports._initialize();
    return {
      call: exports[this.driver] as InsideInstance["call"],
      place: (bytes, allocate) => {
        if (this.allocator.isFake) return memory.grow(Math.ceil(bytes / PAGE_SIZE)) * PAGE_SIZE;
        return allocate() >>> 0;
      },
      write: (address, data) => {
        const source = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        new Uint8Array(memory.buffer).set(source, address);
      },
    };
  }
}

const compiledDrivers = new Map<Driver, Promise<string>>();

/** Compiles each driver once; gives the file's path. */
function compileDriver(driver: Driver, folder: string): Promise<string> {
  let compiled = compiledDrivers.get(driver);
  if (compiled === undefined) {
    compiled = runCompiler(driver, join(folder, `${driver}.driver.wasm`));
    compiledDrivers.set(driver, compiled);
  }
  return compiled;
}

/** The driver gets no memory of its own: it imports the allocator's, as its only one. */
async function runCompiler(driver: Driver, file: string): Promise<string> {
  await runTool("assemblyscript/bin/asc.js", [
    join("bench/inside", `${driver}.ts`),
    ...["--config", "none", "--outFile", file, "-O3", "--noAssert", "--runtime", "stub"],
    ...["--importMemory", "--noExportMemory", "--initialMemory", "0"],
  ]);
  return file;
}

/** Runs a package's program in a process of its own: asc reads this one's command line, and both would leave garbage. */
async function runTool(path: string, args: readonly string[]): Promise<void> {
  const { resolve } = createRequire(import.meta.url);
  await runFile(process.execPath, [resolve(path), ...args]);
}

async function merge(
  allocator: AllocatorModule,
  driverFile: string,
  driver: Driver,
  folder: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const output = join(folder, `${allocator.name}.${driver}.merged.wasm`);
  // The allocator first: its memory becomes memory 0, which the driver's loads and stores name.
  const inputs = [allocator.file, ALLOCATOR, driverFile, "driver"];
  try {
    await runTool("binaryen/bin/wasm-merge", [...inputs, "-o", output, ...FEATURE_FLAGS]);
  } catch (error) {
    const [line] = (error as { stderr: string }).stderr.trim().split("\n").slice(-1);
    throw new AllocatorModuleError(allocator.file, `cannot be merged with a driver: ${line}`);
  }
  const bytes = new Uint8Array(await readFile(output));
  const left = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
  const missing = left.find((it) => it.kind === "memory" || it.name === "malloc" || it.name === "free");
  if (missing !== undefined) {
    throw new AllocatorModuleError(
      allocator.file,
      `cannot be merged with a driver: does not export ${missing.name}`,
    );
  }
  return bytes;
}

async function inline(merged: Uint8Array<ArrayBuffer>, driver: Driver): Promise<Uint8Array<ArrayBuffer>> {
  const { default: binaryen } = await import("binaryen");
  const features = FEATURES.reduce((mask, name) => mask | binaryen.Features[name], binaryen.Features.MVP);
  const module = binaryen.readBinary(merged);
  module.setFeatures(features);
  const kept = new Set<string>([driver, "memory", "_initialize"]);
  for (const { name } of WebAssembly.Module.exports(new WebAssembly.Module(merged))) {
    if (!kept.has(name)) module.removeExport(name);
  }
  binaryen.setOptimizeLevel(OPTIMIZE_LEVEL);
  binaryen.setShrinkLevel(0);
  // Callers that are dead now, such as calloc, would count as second call sites.
  module.runPasses(["remove-unused-module-elements"]);
  for (let pass = 0; pass < OPTIMIZE_PASSES; pass += 1) module.optimize();
  const bytes = Uint8Array.from(module.emitBinary());
  module.dispose();
  return bytes;
}
