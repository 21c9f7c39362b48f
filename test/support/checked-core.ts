// test/support/checked-core.ts: heaps from the builds under test.
// Checked: every rule after each operation; release: what users get.

import checkedBytes from "../../build/pymalloc.checked.wasm";
import releaseBytes from "../../build/pymalloc.wasm";
import { Heap, type HeapOptions } from "../../src/heap.js";

export const WASM = { checked: checkedBytes, release: releaseBytes };

export type Build = keyof typeof WASM;
export const BUILDS: readonly Build[] = ["checked", "release"];

const modules = {
  checked: new WebAssembly.Module(checkedBytes),
  release: new WebAssembly.Module(releaseBytes),
};

/** A new heap of one build. */
export function newHeap(build: Build, options: HeapOptions = {}): Heap {
  return new Heap(modules[build], options);
}
