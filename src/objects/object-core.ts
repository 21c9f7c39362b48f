// src/objects/object-core.ts: the exports of objects.wasm, typed, and what it asks of the host.
// Not here: what they mean for handles and frames (object-heap.ts).

import { PAGE_COUNT_MAX } from "../../assembly/layout.js";
import type { CoreExports } from "../core.js";

/** Most pages of a heap with objects: the rest of 4 GiB, larger than any struct, is no address (handle.ts, RELEASED). */
export const OBJECT_PAGES_MAX = PAGE_COUNT_MAX - 2;

/**
 * The core's exports for objects. Addresses go in as they are and come out as i32; a reference that a call returns is
 * the caller's, arguments are borrowed, unless said otherwise. 0 from a call that makes something, or in place of 1: out
 * of memory, nothing changed.
 */
export interface ObjectExports extends CoreExports {
  /** 1: the build that checks every rule as it runs. */
  readonly CHECKS: WebAssembly.Global;
  /** To be called once, before all others. */
  prepareObjects(): number;

  type_new(size: number, runs: number, runCount: number, flags: number): number;
  struct_new(type: number): number;
  struct_new_many(type: number, count: number, out: number): number;
  /** Unchecked. 0: unset. */
  struct_set(object: number, offset: number, value: number): void;

  incref(object: number): void;
  decref(object: number): void;
  refcount(object: number): number;
  type_of(object: number): number;
  /** Unchecked. */
  get_size(object: number): number;
  move_reference(to: number, from: number): void;
  /** Unchecked. */
  release_many(addresses: number, count: number): void;
  immortalize(object: number): void;
  /** 0: a live object is there; else a FAULT_ code. */
  object_fault(address: number): number;
  /** Gives up deaths that were cut off, as no others are in progress; those that waited for them follow. */
  end_deaths(): void;
  object_hash(object: number): number;
  object_equals(left: number, right: number): number;

  int_new(low: number, high: number): number;
  int_from_i32(value: number): number;
  /** Room for at least `words` words, to be filled to the last of int_words. */
  int_alloc(words: number): number;
  int_words(int: number): number;
  float_new(value: number): number;
  str_alloc(length: number, widthLog2: number): number;
  str_length(str: number): number;
  str_intern(str: number): number;
  bytes_alloc(length: number): number;
  bytes_length(bytes: number): number;
  bytearray_new(length: number): number;
  bytearray_resize(bytearray: number, length: number): number;
  host_new(index: number): number;

  /** Takes the references over, unless it returns 0. */
  tuple_from(items: number, count: number): number;
  list_new(capacity: number): number;
  /** As tuple_from. */
  list_from(items: number, count: number): number;
  list_append(list: number, item: number): number;
  list_append_i32(list: number, value: number): number;
  list_append_f64(list: number, value: number): number;
  list_insert(list: number, index: number, item: number): number;
  list_set(list: number, index: number, item: number): void;
  list_pop(list: number, index: number): number;
  list_delete(list: number, from: number, to: number): void;
  list_clear(list: number): void;

  dict_new(): number;
  dict_reserve(dict: number, count: number): number;
  dict_set(dict: number, key: number, value: number): number;
  /** Borrowed; 0: no such key. */
  dict_get(dict: number, key: number): number;
  dict_delete(dict: number, key: number): number;
  dict_clear(dict: number): void;
  set_new(): number;
  set_reserve(set: number, count: number): number;
  set_add(set: number, key: number): number;
  set_has(set: number, key: number): number;
  set_discard(set: number, key: number): number;
  set_clear(set: number): void;

  weakref_new(referent: number, callback: number, isProxy: number): number;
  weakref_count(object: number): number;
  /** Borrowed; 0: none. */
  weakref_first(object: number): number;
  weakref_hash(weakref: number): number;
  weakref_equals(left: number, right: number): number;

  /** COLLECTOR_IDLE, or the phase of the collection that is on. */
  gc_state(): number;
  /** Begins a collection; 0: one is on. */
  gc_begin(generation: number): number;
  /** Goes on with it; 0: it is over. */
  gc_advance(arenas: number): number;
  /** Objects collected by the last; -1: it found no memory. */
  gc_result(): number;
  /** Begins a full collection in increments; 0: one is on already; -1: no memory. */
  gc_increment_begin(): number;
  /** Goes on with it; 0: it is over, or none is on. */
  gc_increment(arenas: number): number;
  /** Objects collected by the last; -1: it was given up. */
  gc_increment_result(): number;
  /** Has no garbage half freed: before all objects are looked at. */
  gc_settle(): void;
  /** -1: none. */
  gc_due(): number;
  gc_enable(isEnabled: number): void;
  gc_set_thresholds(young: number, middle: number, old: number): void;
  gc_set_debug(flags: number): void;
  /** Borrowed. */
  gc_garbage(): number;
  gc_freeze(): void;
  gc_unfreeze(): void;
  gc_freeze_count(): number;
  /** Has blocks logged from now on, and trace_logged called. @param mode - TRACE_. @returns the record's address; 0: no memory. */
  trace_begin(mode: number): number;
  trace_end(): void;
  /** As malloc; but 0 also where the block would be a sample: malloc takes it. */
  host_malloc(size: number): number;
  /** As malloc and its like, for the time in which every block is traced. */
  traced_malloc(size: number): number;
  traced_calloc(count: number, size: number): number;
  traced_realloc(address: number, size: number): number;
  traced_free(address: number): void;
  traced_aligned_alloc(alignment: number, size: number): number;
  /** A block to be freed: u32 count, then so many borrowed addresses. */
  gc_referrers(object: number): number;
  gc_referents(object: number): number;
}

/** What the core has done on its behalf: assembly/host.ts, but for fail. Nothing may throw into the core. */
export interface HostCalls {
  /** Runs the finalizer of a struct, which has a reference of its own meanwhile. */
  finalize(object: number): void;
  /** Calls a weak reference's callback. */
  call_back(weakref: number, callback: number): void;
  /** Shows an object that is about to be collected. */
  show_collectable(object: number): void;
  /** A host object is gone. */
  release(index: number): void;
}

/** Whoever traces allocations, and reads the core's log of them. */
export interface AllocationTracer {
  /** Whether one in so many bytes is traced, which the core tells at once; else each block, so the log is to be read after each call. */
  readonly isSampling: boolean;
  /** Reads the log; what has been taken is from here. Throws nothing. @param above - calls from this one on are not looked at. */
  settle(above?: unknown): void;
  /** Draws the next sample, as assembly/host.ts has it. */
  sample(size: number, measure: number): number;
  /** All that is allocated until release() comes from here. */
  hold(): void;
  release(): void;
}

/** Calls that take blocks for objects, or give them another size. */
export const ALLOCATING_CALLS = [
  "struct_new",
  "struct_new_many",
  "int_new",
  "int_from_i32",
  "int_alloc",
  "float_new",
  "str_alloc",
  "bytes_alloc",
  "bytearray_new",
  "bytearray_resize",
  "host_new",
  "tuple_from",
  "list_new",
  "list_from",
  "list_append",
  "list_append_i32",
  "list_append_f64",
  "list_insert",
  "list_pop",
  "list_delete",
  "dict_new",
  "dict_reserve",
  "dict_set",
  "set_new",
  "set_reserve",
  "set_add",
  "weakref_new",
  "gc_garbage",
] as const satisfies readonly (keyof ObjectExports)[];

/** The host's functions as the core imports them, before there is anybody to do their work. */
export class Host {
  /** Nobody until the heap's objects are prepared: no object, no call. */
  calls: HostCalls | undefined;
  tracer: AllocationTracer | undefined;
  /** Calls that have not returned, one within the other. None: whoever runs was not called by the core. */
  depth = 0;
  /** What came out of one all the same, as at the end of the stack. */
  lost: { readonly error: unknown } | undefined;

  readonly imports = {
    finalize: this.#guarded((object) => this.calls?.finalize(object >>> 0)),
    call_back: this.#guarded((weakref, callback) => this.calls?.call_back(weakref >>> 0, callback >>> 0)),
    show_collectable: this.#guarded((object) => this.calls?.show_collectable(object >>> 0)),
    release: this.#guarded((index) => this.calls?.release(index >>> 0)),
    trace_logged: () => this.tracer?.settle(),
    trace_sample: (size, measure) => this.tracer?.sample(size >>> 0, measure >>> 0) ?? 0,
  } satisfies HostCalls & { trace_logged(): void; trace_sample(size: number, measure: number): number };

  /** Keeps everything from being thrown into the core, but for the engine's error when this function itself finds no room on the stack. */
  #guarded(call: (first: number, second: number) => void): (first: number, second?: number) => void {
    return (first, second = 0) => {
      this.depth += 1;
      try {
        call(first, second);
      } catch (error) {
        this.lost ??= { error }; // there may be no room to call anybody
      } finally {
        this.depth -= 1;
      }
    };
  }
}

/** Whether the module has objects, not the allocator alone. */
export function hasObjects(core: CoreExports): core is ObjectExports {
  return typeof (core as Partial<ObjectExports>).prepareObjects === "function";
}

/** The call, after which the tracer reads the log: there, the stack is the caller's, and quickly read. */
export function settling<Args extends number[], Result>(
  call: (...args: Args) => Result,
  tracer: AllocationTracer,
): (...args: Args) => Result {
  const traced = (...args: Args): Result => {
    const result = call(...args);
    try {
      tracer.settle(traced);
    } catch {
      // no room on the stack to call anybody; the caller must get the block nevertheless
    }
    return result;
  };
  return traced;
}
