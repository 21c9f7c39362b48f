// src/lab/allocator.ts: any Wasm module with C's malloc and free, as the replay sees it.
// Not here: stand-ins for its imports (wasm-imports.ts), calls it lacks (emulation.ts).

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type BaseCalls, Emulation } from "./emulation.js";
import { AllocatorModuleError } from "./replay-errors.js";
import { type StandIns, standIns, UnsupportedImport } from "./wasm-imports.js";

/**
 * One fresh heap. Calls are the module's own exports, never wrapped, so that a timed loop can have them inlined.
 * Addresses are wasm's i32, signed: `>>> 0` before use as an index.
 */
export interface Allocator extends BaseCalls {
  readonly name: string;
  /** The module's own, or emulated: a call's cost is then the emulation's. */
  readonly calloc: (count: number, size: number) => number;
  /** undefined if the module has none. */
  readonly realloc: ((address: number, size: number) => number) | undefined;
  /** undefined if the module has none. */
  readonly alignedAlloc: ((alignment: number, size: number) => number) | undefined;
  /** Bytes a block really holds; undefined if the module does not tell. */
  readonly usableSize: ((address: number) => number) | undefined;
  readonly emulation: Emulation;
}

/** Whether an allocator's calls are the module's own; decides the script it replays. */
export interface Abilities {
  readonly hasRealloc: boolean;
  readonly hasAlignedAlloc: boolean;
}

/** What a replay needs: a named source of fresh heaps. */
export interface AllocatorSource {
  readonly name: string;
  /** Bytes of the Wasm file. */
  readonly wasmBytes: number;
  /** Blocks may not be touched: addresses are made up, so checks skip it. */
  readonly isFake: boolean;
  /** Nothing is ever reused: memory use is the sum of all requests. */
  readonly neverFrees: boolean;
  /** A fresh heap with nothing in it. */
  instantiate(): Promise<Allocator>;
}

type ImportFunction = (...args: number[]) => unknown;

/** Facts about a module that its bytes do not tell. */
export interface AllocatorTraits {
  readonly isFake?: boolean;
  readonly neverFrees?: boolean;
}

/** A compiled allocator module. */
export class AllocatorModule implements AllocatorSource {
  readonly isFake: boolean;
  readonly neverFrees: boolean;

  private constructor(
    readonly name: string,
    readonly file: string,
    private readonly bytes: Uint8Array<ArrayBuffer>,
    private readonly module: WebAssembly.Module,
    traits: AllocatorTraits,
  ) {
    this.isFake = traits.isFake ?? false;
    this.neverFrees = traits.neverFrees ?? false;
  }

  get wasmBytes(): number {
    return this.bytes.length;
  }

  /**
   * Reads, compiles and tries out a module; named after its file.
   *
   * @throws {AllocatorModuleError} if it is not Wasm, or lacks malloc, free or a memory.
   */
  static async read(file: string, traits: AllocatorTraits = {}): Promise<AllocatorModule> {
    return AllocatorModule.compile(allocatorName(file), file, new Uint8Array(await readFile(file)), traits);
  }

  /**
   * Compiles and tries out a module.
   *
   * @throws {AllocatorModuleError} if it is not Wasm, or lacks malloc, free or a memory.
   */
  static async compile(
    name: string,
    file: string,
    bytes: Uint8Array<ArrayBuffer>,
    traits: AllocatorTraits = {},
  ): Promise<AllocatorModule> {
    let module: WebAssembly.Module;
    try {
      module = await WebAssembly.compile(bytes);
    } catch (error) {
      throw new AllocatorModuleError(file, `not a Wasm module: ${(error as Error).message}`, {
        cause: error,
      });
    }
    const allocatorModule = new AllocatorModule(name, file, bytes, module, traits);
    await allocatorModule.instantiate();
    return allocatorModule;
  }

  /** @param overrides - functions in place of stand-ins, by name; every import of that name. */
  async instantiate(overrides: Readonly<Record<string, ImportFunction>> = {}): Promise<Allocator> {
    const { imports, memory: importedMemory } = this.standIns();
    for (const names of Object.values(imports)) {
      for (const name of Object.keys(names)) names[name] = overrides[name] ?? names[name]!;
    }
    let instance: WebAssembly.Instance;
    try {
      instance = await WebAssembly.instantiate(this.module, imports);
      const initialize = instance.exports._initialize;
      if (typeof initialize === "function") initialize();
    } catch (error) {
      throw new AllocatorModuleError(this.file, `cannot start: ${(error as Error).message}`, {
        cause: error,
      });
    }
    const { malloc, free, calloc, realloc, aligned_alloc, memalign } = instance.exports;
    const { usable_size, malloc_usable_size } = instance.exports;
    const memory =
      Object.values(instance.exports).find((it) => it instanceof WebAssembly.Memory) ?? importedMemory;
    if (!isCall(malloc)) throw this.lacks("malloc(size)");
    if (!isCall(free)) throw this.lacks("free(address)");
    if (memory === undefined) throw this.lacks("memory", "its footprint cannot be known");

    const calls: BaseCalls = { memory, malloc, free };
    const emulation = new Emulation(calls);
    return {
      ...calls,
      name: this.name,
      calloc: isCall(calloc) ? calloc : emulation.calloc,
      realloc: isCall(realloc) ? realloc : undefined,
      alignedAlloc: firstCall(aligned_alloc, memalign),
      usableSize: firstCall(usable_size, malloc_usable_size),
      emulation,
    };
  }

  private standIns(): StandIns {
    try {
      return standIns(this.bytes);
    } catch (error) {
      if (!(error instanceof UnsupportedImport)) throw error;
      throw new AllocatorModuleError(this.file, `imports ${error.message}, for which there is no stand-in`);
    }
  }

  private lacks(what: string, why = "C's signature is needed"): AllocatorModuleError {
    const names = Object.values(WebAssembly.Module.exports(this.module)).map((it) => it.name);
    const found = names.length === 0 ? "nothing" : names.join(", ");
    return new AllocatorModuleError(this.file, `does not export ${what}: ${why}; it exports ${found}`);
  }
}

/** Bytes. Requests beyond that do not fit the address space of an allocator that never frees, headers included. */
const NEVER_FREED_LIMIT = 3 * 2 ** 30;

/** Why an allocator can't finish a trace, if that is known before it is tried. */
export function whyImpossible(
  source: AllocatorSource,
  trace: { readonly bytesRequested: number },
): string | undefined {
  if (!source.neverFrees || trace.bytesRequested <= NEVER_FREED_LIMIT) return undefined;
  const gibibytes = (trace.bytesRequested / 2 ** 30).toFixed(1);
  return `it never frees, and the trace asks for ${gibibytes} GiB in all`;
}

/** What an instance can do by itself. */
export function abilitiesOf(allocator: Allocator): Abilities {
  return {
    hasRealloc: allocator.realloc !== undefined,
    hasAlignedAlloc: allocator.alignedAlloc !== undefined,
  };
}

/** A brought module's name: its file name without directory and `.wasm`. */
export function allocatorName(file: string): string {
  return basename(file).replace(/\.wasm$/, "");
}

function firstCall(...values: (WebAssembly.ExportValue | undefined)[]): Call | undefined {
  return values.find(isCall);
}

type Call = (...args: number[]) => number;

function isCall(value: WebAssembly.ExportValue | undefined): value is Call {
  return typeof value === "function";
}
