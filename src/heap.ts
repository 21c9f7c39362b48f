// src/heap.ts: a heap: allocation on plain numbers, Python's objects, and its modules sys, gc, weakref.
// Not here: how objects are made and held (list.ts, box.ts, object-heap.ts …), loading the module (core.ts).

import { ALIGNMENT, ARENA_SIZE_LOG2 } from "../assembly/layout.js";
import { REFCOUNT_IMMORTAL } from "../assembly/object-layout.js";
import { AllocatorHeap, checkU32, type HeapOptions } from "./allocator-heap.js";
import { census, type ObjectState } from "./census.js";
import { compileModule, loadModule, type WasmSource } from "./core.js";
import { HeapClosedError, InvalidArgumentError } from "./errors.js";
import { Gc } from "./gc/gc.js";
import { type DiagnoseOptions, diagnose } from "./inspect/diagnose.js";
import type { Diagnosis } from "./inspect/diagnosis.js";
import type { HolderGraph } from "./inspect/holder-graph.js";
import { findHolders, type HoldersOptions } from "./inspect/holders.js";
import { type BytearrayHandle, newBytearray } from "./kinds/bytearray.js";
import { type DictEntries, type DictHandle, newDict } from "./kinds/dict.js";
import { type ListHandle, newList } from "./kinds/list.js";
import { newBytes, newFloat, newInt, newStr, type ScalarHandle } from "./kinds/scalar.js";
import { newSet, type SetHandle } from "./kinds/set.js";
import { Stream } from "./kinds/stream.js";
import { newTuple, type TupleHandle } from "./kinds/tuple.js";
import { boxScalar } from "./objects/box.js";
import { registerBuiltinTypes } from "./objects/builtin-types.js";
import { fromJs } from "./objects/from-js.js";
import type { Handle } from "./objects/handle.js";
import type { LeakReport } from "./objects/leaks.js";
import { type Namespace, namespaceOf, Variables } from "./objects/namespace.js";
import type { ObjectExports } from "./objects/object-core.js";
import { ObjectHeap } from "./objects/object-heap.js";
import { setReference } from "./objects/pointer-tier.js";
import { runFrame } from "./objects/run-frame.js";
import { needStackRoom } from "./objects/stack-room.js";
import { announce } from "./observer.js";
import type { FieldTypes, StructInstance } from "./structs/field-types.js";
import { defineStruct, type StructOptions } from "./structs/struct.js";
import type { StructClass } from "./structs/struct-class.js";
import type { StructHandle } from "./structs/struct-handle.js";
import { Sys } from "./sys.js";
import { Tracemalloc } from "./tracemalloc/tracemalloc.js";
import type { Address } from "./views.js";
import { registerWeakrefTypes, Weakref } from "./weakref/weakref.js";

export type { Address, HeapOptions };

export interface CreateHeapOptions extends HeapOptions {
  /** Where the core's Wasm comes from; objects.wasm beside this file by default. */
  readonly wasm?: WasmSource;
}

/**
 * A new, empty heap.
 *
 * @throws {WasmModuleError} if the module can't be loaded, or is not this library's.
 * @throws {InvalidArgumentError} if maximumBytes is none.
 */
export async function createHeap(options: CreateHeapOptions = {}): Promise<Heap> {
  const source = options.wasm ?? new URL("./objects.wasm", import.meta.url);
  return new Heap(await loadModule(source), options);
}

/**
 * As createHeap, at once, from a module that is compiled already (or bytes, where the host compiles them at once).
 *
 * @throws as createHeap.
 */
export function createHeapSync(wasm: WebAssembly.Module | BufferSource, options: HeapOptions = {}): Heap {
  return new Heap(compileModule(wasm), options);
}

/** What heap.from makes of a value. */
export type FromJs<T> = T extends Handle
  ? T
  : T extends Uint8Array
    ? ScalarHandle<T>
    : T extends readonly unknown[] | ArrayBufferView
      ? ListHandle
      : T extends ReadonlySet<unknown>
        ? SetHandle
        : T extends object
          ? DictHandle
          : ScalarHandle<T>;

/**
 * A memory with Python's objects in it. The calls that make one return a handle, which owns a reference: in a frame,
 * the frame releases it, elsewhere dispose() does. They throw MemoryError if there is no room, with nothing changed, and
 * WasmModuleError if the heap was made from the allocator alone.
 */
export class Heap extends AllocatorHeap {
  /** Python's sys, of this heap. */
  readonly sys: Sys = new Sys(
    () => this.stats(),
    () => this.objectHeap,
  );
  /** Python's gc, of this heap. */
  readonly gc: Gc = new Gc(() => this.objectHeap);
  /** Python's weakref, of this heap. */
  readonly weakref: Weakref = new Weakref(() => this.objectHeap);
  /** Python's tracemalloc, of this heap. */
  readonly tracemalloc: Tracemalloc = new Tracemalloc(() => this.objectHeap);
  /** Whether handles outside of frames remember where they were made, for `leaks`. It costs microseconds each. */
  traceHandles = false;

  #objects: ObjectHeap | undefined;
  /** The core, once #i32 has been filled. */
  #core: ObjectExports | undefined;
  /** All of memory, for counting without a call; nothing in the checked build, and once memory has grown, until a call refreshes it. */
  #i32: Int32Array = new Int32Array(0);
  #isClosed = false;

  constructor(module: WebAssembly.Module, options: HeapOptions) {
    super(module, options);
    announce(this);
  }

  /**
   * Told what a finalizer or a callback of a weak reference threw, as they have no caller to throw it to.
   *
   * @param object - what ran.
   */
  onUnraisable: (error: unknown, object: string) => void = (error, object) => {
    console.error(`Exception ignored in: ${object}`, error);
  };

  /** @internal */
  get objectHeap(): ObjectHeap {
    if (this.#objects === undefined) {
      if (this.#isClosed) throw new HeapClosedError();
      const objects = new ObjectHeap(this, this.exports, this.hostLink);
      registerBuiltinTypes(objects);
      registerWeakrefTypes(objects);
      this.#objects = objects;
    }
    return this.#objects;
  }

  list(values?: Iterable<unknown>): ListHandle {
    return newList(this.objectHeap, values);
  }

  tuple(values: Iterable<unknown> = []): TupleHandle {
    return newTuple(this.objectHeap, values);
  }

  /** @param entries - pairs of key and value (a Map is such), or an object for its own properties. */
  dict(entries?: DictEntries): DictHandle {
    return newDict(this.objectHeap, entries);
  }

  set(keys?: Iterable<unknown>): SetHandle {
    return newSet(this.objectHeap, keys);
  }

  /** @param content - the number of zeros, or bytes to copy. */
  bytearray(content: number | Uint8Array = 0): BytearrayHandle {
    return newBytearray(this.objectHeap, content);
  }

  bytes(value: Uint8Array): ScalarHandle<Uint8Array> {
    return newBytes(this.objectHeap, value);
  }

  int(value: number | bigint): ScalarHandle<number | bigint> {
    return newInt(this.objectHeap, value);
  }

  float(value: number): ScalarHandle<number> {
    return newFloat(this.objectHeap, value);
  }

  str(value: string): ScalarHandle<string> {
    return newStr(this.objectHeap, value);
  }

  bool(value: boolean): ScalarHandle<boolean> {
    if (typeof value !== "boolean") throw new InvalidArgumentError("value", value, "true or false");
    return this.objectHeap.adopt(boxScalar(this.objectHeap, value, "value")) as ScalarHandle<boolean>;
  }

  get none(): ScalarHandle<null> {
    return this.objectHeap.adopt(boxScalar(this.objectHeap, null, "value")) as ScalarHandle<null>;
  }

  /** An object that keeps any value of JavaScript's; the same one for the same value, while it lives. */
  host<T>(value: T): ScalarHandle<T> {
    return this.objectHeap.adopt(this.objectHeap.hostValues.box(value)) as ScalarHandle<T>;
  }

  /**
   * A deep copy: arrays and typed arrays become lists (Uint8Arrays bytes), Maps and plain objects dicts, Sets sets.
   * Whatever is shared or part of a cycle stays so.
   *
   * @throws {InvalidArgumentError} naming the place of a value that has no counterpart, such as a function.
   */
  from<T>(value: T): FromJs<T> {
    return this.objectHeap.adopt(fromJs(this.objectHeap, value)) as FromJs<T>;
  }

  /**
   * Declares a struct type: a class of this heap's. Fields: "ref" (any value), "self" (this type, or null), another struct
   * class (that type, or null), "bool", or a number type such as "i32" or "f64".
   *
   * @throws {InvalidArgumentError} if the declaration is none.
   */
  struct<
    const Fields extends FieldTypes,
    // biome-ignore lint/complexity/noBannedTypes: no fields
    BaseFields extends FieldTypes = {},
    Base extends StructHandle = StructHandle,
  >(
    name: string,
    fields: Fields,
    options: StructOptions<StructInstance<Fields, Base>, BaseFields, Base> = {},
  ): StructClass<BaseFields & Fields, StructInstance<Fields, Base>> {
    return defineStruct(this.objectHeap, name, fields, options);
  }

  /** The values as Python's generators yield them: each an object that dies when the next is taken. */
  stream(values: Iterable<unknown>): Stream {
    return new Stream(this.objectHeap, values);
  }

  /**
   * Runs `call`, and releases the handles that were made meanwhile: in the order of their making, then the variables of
   * `locals`. A handle that is returned, or an array of them, lives on: in the frame around, if there is one.
   *
   * @throws {InvalidArgumentError} if `call` is async: frames end when their function returns.
   */
  frame<T>(call: (locals: Namespace) => T): T {
    return runFrame(this.objectHeap, call);
  }

  /** Named variables that last until they are deleted: `ns.a = heap.list(); ns.b = ns.a; delete ns.b`. */
  namespace(): Namespace {
    this.objectHeap.fresh();
    return namespaceOf(new Variables(this.objectHeap, true));
  }

  /** Releases a handle. @throws {ReleasedHandleError} if it was released before. */
  del(handle: Handle): void {
    this.objectHeap.borrow(handle);
    handle.dispose();
  }

  /** References to the object, exactly; sys.getrefcount says one more. */
  refcount(handle: Handle): number {
    return this.objectHeap.core.refcount(this.objectHeap.borrow(handle)) >>> 0;
  }

  /** Makes the object live as long as the heap, and its count stand still. */
  immortalize(handle: Handle): void {
    this.objectHeap.core.immortalize(this.objectHeap.borrow(handle));
  }

  /** Handles that were neither released nor collected by JavaScript. */
  get liveHandles(): number {
    return this.#objects?.liveHandles ?? 0;
  }

  /** Handles, of those outside of frames, that JavaScript has collected unreleased; their references are given up. */
  get leaks(): LeakReport {
    return this.#objects?.leaks ?? { count: 0, origins: new Map() };
  }

  /** All live objects that may refer to others, in address order. O(heap). */
  objects(): Iterable<ObjectState> {
    return census(this.objectHeap);
  }

  /**
   * Why the heap takes as much memory as it does: live data, uncollected cycles, fragmentation (of which sizes, which arenas are held by how
   * little), a peak that has passed, or handles that nobody has released. Nothing is changed. O(heap).
   */
  diagnose(options: DiagnoseOptions = {}): Diagnosis {
    const objects = this.#isClosed ? undefined : this.#objects;
    objects?.core.gc_settle();
    return diagnose(this.stats(), this.memory.memory, objects, options);
  }

  /**
   * Who keeps an object alive, as a small graph: objects that refer to it, those that refer to these, and what is held from outside.
   * O(heap) a step.
   *
   * @param object - a handle, or an object's address.
   */
  holders(object: Handle | Address, options: HoldersOptions = {}): HolderGraph {
    const objects = this.objectHeap;
    if (typeof object !== "number") return findHolders(objects, objects.borrow(object, "object"), options);
    checkU32("object", object);
    objects.core.type_of(object);
    return findHolders(objects, object, options);
  }

  // The pointer tier: references on plain numbers. Each throws InvalidPointerError, with nothing changed, if no live
  // object is at an address.

  /** A new handle of the object at an address. */
  handle(address: Address): Handle {
    checkU32("address", address);
    const objects = this.objectHeap;
    objects.core.type_of(address); // looks closer than incref
    return objects.handleOf(address);
  }

  /**
   * Takes a reference, to be given up with decref. Both notice dead objects and addresses of no block; an address inside
   * of a block only the checked build notices for certain.
   */
  incref(address: Address): void {
    const i32 = this.#i32;
    if (isInArena(i32, address)) {
      const count = i32[address >>> 2]!;
      if ((count - 1) >>> 0 < REFCOUNT_IMMORTAL - 1) {
        i32[address >>> 2] = count + 1;
        return;
      }
    }
    this.#coreFor(address).incref(address);
  }

  /** Gives a reference up; the object dies if it was the last. */
  decref(address: Address): void {
    const i32 = this.#i32;
    if (isInArena(i32, address)) {
      const count = i32[address >>> 2]!;
      if ((count - 2) >>> 0 < REFCOUNT_IMMORTAL - 2) {
        i32[address >>> 2] = count - 1;
        return;
      }
      this.#core!.decref(address); // the view is as large as memory
      return;
    }
    this.#coreFor(address).decref(address);
  }

  /** The core, for an address that looks like one. */
  #coreFor(address: Address): ObjectExports {
    checkU32("address", address);
    const objects = this.objectHeap;
    this.#core = objects.core;
    if (!objects.isChecked) this.#i32 = objects.fresh().i32;
    return objects.core;
  }

  /** The id of the object's type; a struct's is its typeId. */
  typeOf(address: Address): number {
    checkU32("address", address);
    return this.objectHeap.core.type_of(address);
  }

  /** Has the reference field at `offset` of the struct at `object` refer to the object at `value`; 0: unset. */
  setRef(object: Address, offset: number, value: Address): void {
    checkU32("object", object);
    checkU32("value", value);
    setReference(this.objectHeap, object, offset, value);
  }

  /** Checks every rule of the heap's; what a collection in increments has half freed is freed first. @throws {CorruptHeapError} */
  override verify(): void {
    this.countOutsideReferences();
  }

  /** @internal */
  override countOutsideReferences(): number {
    needStackRoom();
    if (!this.#isClosed) this.#objects?.core.gc_settle();
    return super.countOutsideReferences();
  }

  /**
   * Ends the use of objects: runs what weakref.finalize has left to do, the newest first; from then on every call for
   * objects throws HeapClosedError. Once more: nothing. Allocation goes on.
   */
  close(): void {
    this.#isClosed = true;
    this.#objects?.close();
  }
}

/** Whether an object could be at an address, as the arena map has it. False too where that is the core's to tell: from 2 GiB on. */
function isInArena(i32: Int32Array, address: Address): boolean {
  // an integer, and aligned; shifts are modulo 32
  return (
    typeof address === "number" &&
    (address & -ALIGNMENT) === address &&
    ((i32[address >>> (ARENA_SIZE_LOG2 + 5)]! >>> (address >>> ARENA_SIZE_LOG2)) & 1) !== 0
  );
}
