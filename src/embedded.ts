// src/embedded.ts: the library with its Wasm inside: nothing is fetched, so it works wherever JavaScript does.
// The same API as src/index.ts, but for where the module comes from.

import bytes from "../build/objects.wasm";
import type { HeapOptions } from "./allocator-heap.js";
import { compileModule } from "./core.js";
import { Heap } from "./heap.js";

export * from "./index.js";

let compiled: WebAssembly.Module | undefined;

/** A new, empty heap. @throws as createHeapSync. */
export async function createHeap(options: HeapOptions = {}): Promise<Heap> {
  compiled ??= await WebAssembly.compile(bytes);
  return new Heap(compiled, options);
}

/**
 * As createHeap, at once.
 *
 * @throws {InvalidArgumentError} if maximumBytes is none.
 */
export function createHeapSync(options: HeapOptions = {}): Heap {
  compiled ??= compileModule(bytes);
  return new Heap(compiled, options);
}
