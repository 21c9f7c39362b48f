// src/core.ts: loads the core's Wasm module, checks that it is the one this library was built for, types its exports.
// Not here: what a heap does with them (heap.ts).

import { instantiateSync } from "@assemblyscript/loader";
import { LAYOUT_VERSION } from "../assembly/layout.js";
import { errorOf, WasmModuleError } from "./errors.js";

/** The core's exports, as Wasm has them: addresses and sizes go in as u32 and come out as i32. */
export interface CoreExports {
  readonly memory: WebAssembly.Memory;
  readonly LAYOUT_VERSION: WebAssembly.Global;
  malloc(size: number): number;
  calloc(count: number, size: number): number;
  realloc(address: number, size: number): number;
  free(address: number): void;
  aligned_alloc(alignment: number, size: number): number;
  usable_size(address: number): number;
  setPageLimit(pages: number): void;
}

/** Where a Wasm module comes from: compiled, as bytes, or at a URL (http, https, data, blob; in Node file too). */
export type WasmSource = WebAssembly.Module | BufferSource | URL | string;

/**
 * Compiles the core.
 *
 * @throws {WasmModuleError} if it can't be fetched, read or compiled.
 */
export async function loadModule(source: WasmSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  const isLocated = typeof source === "string" || source instanceof URL;
  try {
    return await WebAssembly.compile(isLocated ? await readUrl(source) : source);
  } catch (error) {
    throw new WasmModuleError(
      `the Wasm module${isLocated ? ` at ${source}` : ""} can't be loaded: ${reason(error)}`,
      {
        cause: error,
      },
    );
  }
}

/**
 * As loadModule, at once: from a module, or from bytes (of which a browser's main thread compiles only small ones).
 *
 * @throws {WasmModuleError} if the bytes are no Wasm module.
 */
export function compileModule(source: WebAssembly.Module | BufferSource): WebAssembly.Module {
  if (source instanceof WebAssembly.Module) return source;
  try {
    return new WebAssembly.Module(source);
  } catch (error) {
    throw new WasmModuleError(`the bytes are no Wasm module: ${reason(error)}`, { cause: error });
  }
}

/**
 * A new instance of the core, with a memory of its own.
 *
 * @param hostCalls - what a module with objects imports besides (object-core.ts).
 * @throws {WasmModuleError} if the module is another one, or of another version.
 */
export function instantiateCore(module: WebAssembly.Module, hostCalls: object = {}): CoreExports {
  const core = instantiate<CoreExports>(module, { host: { ...host, ...hostCalls } });
  if (typeof core.malloc !== "function") throw notOurs("it has no malloc");
  return core;
}

/** What every module of this library imports: of assembly/host.ts, what the allocator alone needs. */
export const host = {
  fail(code: number, address: number): never {
    throw errorOf(code, address >>> 0);
  },
};

/**
 * A module of this library, instantiated; its exports called directly, without the loader's wrappers.
 *
 * @throws {WasmModuleError} if the module is another one, or of another version.
 */
export function instantiate<Exports extends { readonly LAYOUT_VERSION: WebAssembly.Global }>(
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
): Exports {
  let exports: Exports;
  try {
    exports = instantiateSync(module, imports).instance.exports as unknown as Exports;
  } catch (error) {
    if (error instanceof WebAssembly.LinkError || error instanceof TypeError) throw notOurs(reason(error));
    throw new WasmModuleError(`the Wasm module can't be instantiated: ${reason(error)}`, { cause: error });
  }
  const version = exports.LAYOUT_VERSION?.value as unknown;
  if (version !== LAYOUT_VERSION) {
    throw notOurs(`its layout version is ${version ?? "missing"}, ${LAYOUT_VERSION} is expected`);
  }
  return exports;
}

function notOurs(why: string): WasmModuleError {
  return new WasmModuleError(
    `this is not the Wasm module of this pymalloc: ${why}; use the file that came with it`,
  );
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The bytes at a URL. Node's fetch knows no files. */
async function readUrl(url: URL | string): Promise<BufferSource> {
  const location = new URL(url, import.meta.url);
  if (location.protocol === "file:" && typeof process === "object") {
    const { readFile } = await import(/* @vite-ignore */ /* webpackIgnore: true */ "node:fs/promises");
    return readFile(location);
  }
  const response = await fetch(location);
  if (!response.ok) throw new Error(`HTTP ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}
