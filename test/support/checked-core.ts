// test/support/checked-core.ts: heaps from the builds under test.
// Checked: every rule after each operation; release: what users get.

import checkedObjectBytes from "../../build/objects.checked.wasm";
import objectBytes from "../../build/objects.wasm";
import checkedBytes from "../../build/pymalloc.checked.wasm";
import releaseBytes from "../../build/pymalloc.wasm";
import { Heap, type HeapOptions } from "../../src/heap.js";

/** The allocator alone. */
export const WASM = { checked: checkedBytes, release: releaseBytes };
/** With objects. */
export const OBJECT_WASM = { checked: checkedObjectBytes, release: objectBytes };

export type Build = keyof typeof WASM;
export const BUILDS: readonly Build[] = ["checked", "release"];

const modules = {
  checked: new WebAssembly.Module(checkedBytes),
  release: new WebAssembly.Module(releaseBytes),
};

const objectModules = {
  checked: new WebAssembly.Module(checkedObjectBytes),
  release: new WebAssembly.Module(objectBytes),
};

/** A new heap of one build: the allocator alone. */
export function newHeap(build: Build, options: HeapOptions = {}): Heap {
  return new Heap(modules[build], options);
}

/** A new heap of one build, with objects. */
export function newObjectHeap(build: Build, options: HeapOptions = {}): Heap {
  return new Heap(objectModules[build], options);
}
