// test/support/bare-core.ts: the core with objects as Wasm exports it, without the library's handles: for tests of the core itself.

import { BROKEN_ADDRESS } from "../../assembly/layout.js";
import {
  OBJECT_HEADER_SIZE,
  STR_CHARACTERS,
  TYPE_HAS_FINALIZER,
  TYPE_WEAKREFABLE,
  WEAKREF_NEXT,
  WEAKREF_REFERENT,
} from "../../assembly/object-layout.js";
import { instantiateCore } from "../../src/core.js";
import { readObjects } from "../../src/heap-map.js";
import { Host, type HostCalls, hasObjects, type ObjectExports } from "../../src/objects/object-core.js";
import { createVerifier } from "../../src/verifier.js";
import { type Build, OBJECT_WASM } from "./checked-core.js";

const modules = {
  checked: new WebAssembly.Module(OBJECT_WASM.checked),
  release: new WebAssembly.Module(OBJECT_WASM.release),
};

export interface BareOptions {
  readonly pages?: number;
  readonly calls?: Partial<HostCalls>;
}

/** An instance, its objects prepared, and what a test looks at. Addresses are u32. */
export class BareCore {
  readonly core: ObjectExports;
  readonly verify: () => number;
  /** Host calls in order: "finalize 0x…" and so on. */
  readonly log: string[] = [];

  constructor(build: Build, { pages, calls = {} }: BareOptions = {}) {
    const host = new Host();
    host.calls = {
      finalize: (o) => {
        this.log.push(`finalize ${o}`);
        calls.finalize?.(o);
      },
      call_back: (weakref, callback) => {
        this.log.push(`call_back ${weakref} ${callback}`);
        calls.call_back?.(weakref, callback);
      },
      show_collectable: (o) => {
        this.log.push(`show_collectable ${o}`);
      },
      release: (index) => {
        this.log.push(`release ${index}`);
        calls.release?.(index);
      },
    };
    const core = instantiateCore(modules[build], host.imports);
    if (!hasObjects(core)) throw new Error("the build has no objects");
    if (pages !== undefined) core.setPageLimit(pages);
    if (core.prepareObjects() !== 1) throw new Error("no room for objects");
    this.core = core;
    this.verify = createVerifier(core.memory);
  }

  /** A struct type of one run of `references` slots. */
  type(references: number, flags: { finalizer?: boolean; weakref?: boolean } = {}): number {
    return this.typeOfRuns([[OBJECT_HEADER_SIZE, references]], OBJECT_HEADER_SIZE + references * 4, flags);
  }

  typeOfRuns(
    runs: readonly (readonly [offset: number, count: number])[],
    size: number,
    { finalizer = false, weakref = true } = {},
  ): number {
    const scratch = this.core.malloc(runs.length * 4);
    for (const [index, [offset, count]] of runs.entries()) {
      this.view().setUint16(scratch + index * 4, offset, true);
      this.view().setUint16(scratch + index * 4 + 2, count, true);
    }
    const flags = (finalizer ? TYPE_HAS_FINALIZER : 0) | (weakref ? TYPE_WEAKREFABLE : 0);
    const type = this.core.type_new(size, scratch, runs.length, flags);
    this.core.free(scratch);
    return type;
  }

  struct(type: number, ...references: number[]): number {
    const o = this.core.struct_new(type) >>> 0;
    for (const [index, reference] of references.entries()) {
      this.core.struct_set(o, OBJECT_HEADER_SIZE + index * 4, reference);
    }
    return o;
  }

  /** A str of characters below 256. */
  str(text: string): number {
    const o = this.core.str_alloc(text.length, 0) >>> 0;
    for (let i = 0; i < text.length; i += 1) this.view().setUint8(o + STR_CHARACTERS + i, text.charCodeAt(i));
    return o;
  }

  /** Releases a reference that is given away here. */
  give(o: number): void {
    this.core.decref(o);
  }

  read(address: number): number {
    return this.view().getUint32(address, true);
  }

  write(address: number, value: number): void {
    this.view().setUint32(address, value, true);
  }

  /** Weakrefs of an object, in list order. */
  weakrefs(o: number): number[] {
    const found: number[] = [];
    for (
      let weakref = this.core.weakref_first(o) >>> 0;
      weakref;
      weakref = this.read(weakref + WEAKREF_NEXT)
    ) {
      found.push(weakref);
    }
    return found;
  }

  referent(weakref: number): number {
    return this.read(weakref + WEAKREF_REFERENT);
  }

  /** Live container objects. */
  containers(): number[] {
    return [...readObjects(this.core.memory)];
  }

  /** Where the rule found broken last is about. */
  brokenAddress(): number {
    return this.read(BROKEN_ADDRESS);
  }

  view(): DataView {
    return new DataView(this.core.memory.buffer);
  }
}
