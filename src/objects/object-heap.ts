// src/objects/object-heap.ts: a heap's objects as the facade's modules share them: references in and out, types, frames, callbacks.
// Not here: what is public of it (heap.ts, handle.ts), how scalars lie in memory (box.ts).

import { COLLECTOR_ADDRESS, DEATH_DEPTH_ADDRESS, STATICS_ADDRESS } from "../../assembly/layout.js";
import {
  COLLECTOR_COUNTS,
  COLLECTOR_IDLE,
  COLLECTOR_LIMIT,
  OBJECT_TYPE,
  STATICS_SIZE,
  TYPE_HOST,
} from "../../assembly/object-layout.js";
import type { CoreExports } from "../core.js";
import {
  ForeignHandleError,
  HeapClosedError,
  InterruptedError,
  InvalidArgumentError,
  type MemoryError,
  WasmModuleError,
} from "../errors.js";
import type { Heap } from "../heap.js";
import { type Address, Views, type WholeMemory } from "../views.js";
import { boxScalar, NO_SCALAR, unboxScalar } from "./box.js";
import { Frames } from "./frame.js";
import { Handle, RELEASED } from "./handle.js";
import { HostValues } from "./host-values.js";
import { Leaks } from "./leaks.js";
import {
  ALLOCATING_CALLS,
  type AllocationTracer,
  type Host,
  hasObjects,
  type ObjectExports,
  settling,
} from "./object-core.js";
import { NO_SLOT, type Scope } from "./scope.js";

/** Where memory has, as u32, how many containers were made, and how many make a collection due. */
const COUNT_INDEX = (COLLECTOR_ADDRESS + COLLECTOR_COUNTS) >>> 2;
const LIMIT_INDEX = (COLLECTOR_ADDRESS + COLLECTOR_LIMIT) >>> 2;
const DEATH_DEPTH_INDEX = DEATH_DEPTH_ADDRESS >>> 2;

/** What comes out of an object: a scalar, or a new handle. */
export type Value = null | boolean | number | bigint | string | Uint8Array | Handle;

/** Makes the handle of an object of its type; takes over a reference to it. */
export type HandleClass = new (objects: ObjectHeap, address: Address) => Handle;

/** What the facade knows of a type. */
export interface TypeHooks {
  readonly name: string;
  readonly handleClass: HandleClass;
  /** Where objects of one type have handles of several classes. */
  readonly classAt?: ((address: Address) => HandleClass) | undefined;
  /** For struct types with TYPE_HAS_FINALIZER. The handle lives as long as the call. */
  readonly finalizer?: ((self: Handle) => void) | undefined;
  /** For objects that serve as callbacks of weak references. */
  readonly call?: ((self: Handle, weakref: Handle) => void) | undefined;
  /** For toJS: fills `target` with the object's content, each reference through `convert`. Absent: toJS gives a handle. */
  readonly expand?:
    | ((address: Address, target: Record<string, unknown>, convert: (reference: Address) => unknown) => void)
    | undefined;
  /** A struct's fields that hold references, by offset from its address, for who walks objects. */
  readonly references?: readonly { readonly name: string; readonly offset: number }[] | undefined;
}

/** A heap's objects. One per heap, made when they are first used. */
export class ObjectHeap {
  /** The core's functions; to be called as its methods, since close() replaces them. */
  readonly core: ObjectExports;
  /** All of memory; see fresh(). */
  readonly views: Views;
  readonly memory: WholeMemory;
  readonly leaks: Leaks;
  readonly frames: Frames = new Frames(this);
  /** Whether the core checks every rule as it runs. */
  readonly isChecked: boolean;
  /** JavaScript's values that objects refer to. */
  readonly hostValues: HostValues;
  /** Where the immortal objects are: STATIC_ offsets from it. */
  readonly statics: Address;
  /** JavaScript's objects that stand for a handle, as a weak reference's proxy does: boxed as that handle's object. */
  readonly standIns = new WeakMap<object, Handle>();
  /** Objects that gc.DEBUG_COLLECTABLE is to tell of, when the collection is over. */
  collectable: string[] = [];
  /** Handles that have not been released. */
  liveHandles = 0;
  isClosed = false;

  /** Whoever traces allocations; see traceWith. */
  tracer: AllocationTracer | undefined;

  readonly #host: Host;
  readonly #exports: CoreExports;
  readonly #types: (TypeHooks | undefined)[] = [];
  readonly #closeHooks: (() => void)[] = [];
  #isClosing = false;

  /**
   * @throws {WasmModuleError} if the module has no objects.
   * @throws {MemoryError} if there is no room for those that every heap has.
   */
  constructor(
    readonly heap: Heap,
    exports: CoreExports,
    readonly host: Host,
  ) {
    if (!hasObjects(exports)) {
      throw new WasmModuleError(
        "this Wasm module is the allocator alone: make the heap from objects.wasm, which has the objects too",
      );
    }
    this.core = { ...exports };
    this.#host = host;
    this.#exports = exports;
    this.isChecked = exports.CHECKS.value === 1;
    this.memory = heap.memory;
    this.views = new Views(exports.memory.buffer);
    this.hostValues = new HostValues(this);
    this.leaks = new Leaks(this, (address) => {
      this.liveHandles -= 1;
      this.#giveUp(address);
    });
    host.calls = {
      finalize: (object) => this.#finalize(object),
      call_back: (weakref, callback) => this.#callBack(weakref, callback),
      show_collectable: (object) => this.collectable.push(this.describe(object)),
      release: (index) => this.hostValues.release(index),
    };
    if (exports.prepareObjects() === 0) throw this.outOfMemory(STATICS_SIZE);
    this.statics = this.fresh().u32[STATICS_ADDRESS >>> 2]!;
  }

  /** The views, whether or not memory has grown since. @throws {HeapClosedError} */
  fresh(): Views {
    const { views } = this;
    if (views.u8.length === 0) {
      if (this.isClosed) throw new HeapClosedError();
      views.show(this.core.memory.buffer);
    }
    return views;
  }

  outOfMemory(bytes: number): MemoryError {
    return this.heap.outOfMemory(bytes);
  }

  // References

  /**
   * A new reference to an object of this value; a handle's object is its own value.
   *
   * @throws {InvalidArgumentError} if there is none.
   */
  box(value: unknown, argument = "value"): Address {
    if (value instanceof Handle) {
      const address = this.borrow(value, argument);
      this.core.incref(address);
      return address;
    }
    return boxScalar(this, value, argument);
  }

  /** As box, but borrowed where the value is a handle; to be paid back with unlend, in any case. */
  lend(value: unknown, argument = "value"): Address {
    return value instanceof Handle ? this.borrow(value, argument) : boxScalar(this, value, argument);
  }

  /** Ends the loan of `address` for `value`. */
  unlend(value: unknown, address: Address): void {
    if (!(value instanceof Handle)) this.core.decref(address);
  }

  /** The value of an object that is referred to elsewhere: a scalar, or a new handle with a reference of its own. */
  unbox(address: Address): Value {
    const value = unboxScalar(this, address);
    if (value !== NO_SCALAR) return value;
    this.core.incref(address);
    return this.adopt(address);
  }

  /** The value of an object, the reference to which is taken over: a scalar, or a new handle. */
  take(address: Address): Value {
    const value = unboxScalar(this, address);
    if (value === NO_SCALAR) return this.adopt(address);
    this.core.decref(address);
    return value;
  }

  /** A handle, in the frame that is running, that takes over the reference to an object. */
  adopt(address: Address): Handle {
    const type = this.fresh().u16[(address + OBJECT_TYPE) >>> 1]!;
    const hooks = this.#types[type]!;
    const handleClass = hooks.classAt === undefined ? hooks.handleClass : hooks.classAt(address);
    return new handleClass(this, address);
  }

  /** As adopt, of what a call returned: 0 is out of memory. @param bytes - how many were wanted. */
  adoptNew<Class extends Handle>(address: number, bytes: number): Class {
    if (address === 0) throw this.outOfMemory(bytes);
    return this.adopt(address) as Class;
  }

  /** A new handle, scalars included, of an object that is referred to elsewhere. @throws {InvalidPointerError} if none is there. */
  handleOf(address: Address): Handle {
    this.core.incref(address);
    return this.adopt(address);
  }

  /**
   * The address of a handle's object.
   *
   * @throws {ReleasedHandleError} {ForeignHandleError} {InvalidArgumentError} if it is no handle.
   */
  borrow(handle: Handle, argument = "handle"): Address {
    if (!(handle instanceof Handle)) throw new InvalidArgumentError(argument, handle, "a handle");
    if (handle._objects !== this) throw new ForeignHandleError(argument);
    return handle._alive() >>> 0;
  }

  // Types

  /** Tells the facade of a type; those without can have no handles. */
  registerType(typeId: number, hooks: TypeHooks): void {
    this.#types[typeId] = hooks;
  }

  hooksOf(typeId: number): TypeHooks | undefined {
    return this.#types[typeId];
  }

  typeName(typeId: number): string {
    return this.#types[typeId]?.name ?? `type ${typeId}`;
  }

  /** "Node at 0x10f40", for messages, of a closed heap's objects too. */
  describe(address: Address): string {
    const type = this.memory.u16[(address + OBJECT_TYPE) >>> 1]!;
    return `${this.typeName(type)} at 0x${address.toString(16)}`;
  }

  // Handles and their owners

  /** Hands a handle over to a namespace's variables. */
  handOver(handle: Handle, scope: Scope): void {
    const wasWatched = handle._scope.isWatched;
    if (handle._slot !== NO_SLOT) this.frames.give(handle._scope, handle._slot);
    handle._slot = NO_SLOT;
    handle._scope = scope;
    if (wasWatched && !scope.isWatched) this.leaks.forget(handle);
    else if (scope.isWatched && !wasWatched) this.leaks.watch(handle);
  }

  /** Takes a handle out of its frame, or from its variables; settle must follow. */
  detach(handle: Handle): void {
    if (handle._slot !== NO_SLOT) this.frames.give(handle._scope, handle._slot);
    else if (handle._scope.isWatched) this.leaks.forget(handle);
    handle._slot = NO_SLOT;
    handle._scope = this.leaks.scope;
  }

  /** Gives a detached handle to the frame that is running, or to nobody in particular. */
  settle(handle: Handle): void {
    if (handle.isReleased) return;
    const frame = this.frames.top;
    if (frame === undefined) {
      this.leaks.watch(handle);
    } else {
      handle._scope = frame;
      handle._slot = this.frames.take(frame, handle._address);
    }
  }

  /** Gives up the reference of a handle that has one. */
  releaseHandle(handle: Handle): void {
    this.detach(handle);
    const address = handle._address;
    handle._address = RELEASED;
    this.liveHandles -= 1;
    this.#giveUp(address);
  }

  #giveUp(address: Address): void {
    if (!this.isClosed) this.core.decref(address);
  }

  /** Collects garbage if that is due: before a container is made, where anybody's code may run. */
  collectIfDue(): void {
    const { u32 } = this.fresh();
    if (u32[COUNT_INDEX]! > u32[LIMIT_INDEX]!) this.heap.gc.collectDue();
  }

  /** Has allocation tell a tracer, which the core does already; or nobody. */
  traceWith(tracer: AllocationTracer | undefined): void {
    this.tracer = tracer;
    this.#host.tracer = tracer;
    const exports = this.#exports as unknown as Record<string, (...args: number[]) => number>;
    const core = this.core as unknown as typeof exports;
    for (const name of ALLOCATING_CALLS) {
      const call = exports[name]!;
      const wanted = tracer === undefined || tracer.isSampling ? call : settling(call, tracer);
      if (core[name] !== wanted) core[name] = wanted; // engines call faster what was never assigned again
    }
    this.heap.traceRaw(tracer);
  }

  /** Runs a call that makes many objects, all of which come from this place to who traces. */
  makeMany<T>(call: () => T): T {
    const { tracer } = this;
    if (tracer === undefined) return call();
    tracer.hold();
    try {
      return call();
    } finally {
      tracer.release();
    }
  }

  // Callbacks

  /**
   * Runs `fn` in a frame of its own; nothing once the heap is closed, as by one that ran before. What it throws goes to the heap's
   * onUnraisable: nothing gets out of here, as the core would be left halfway.
   *
   * @param what - names the function that runs, for the report.
   */
  runCallback(what: () => string, fn: () => void): void {
    if (this.isClosed) return;
    if (this.host.lost !== undefined) this.#tellLost(this.host.lost.error);
    try {
      this.tracer?.settle(); // what the call in progress has taken so far is not of the callback
      const frame = this.frames.push();
      try {
        fn();
      } finally {
        this.frames.end(frame);
      }
    } catch (error) {
      this.reportUnraisable(error, what);
    }
  }

  /**
   * Whether the core is at work, and has called the host: objects are dying, or a collection is on. If neither has, the end of the stack has
   * cut it off: a death is given up then, with the objects that were on their way. That is told, when the heap is known to be sound.
   *
   * @throws {CorruptHeapError} if it is not. {InterruptedError} if a collection was cut off.
   */
  get isCoreAtWork(): boolean {
    const { host } = this;
    if (host.depth === 0 && host.lost !== undefined) this.#tellLost(host.lost.error);
    const isCollecting = this.core.gc_state() !== COLLECTOR_IDLE;
    if (!isCollecting && this.fresh().u32[DEATH_DEPTH_INDEX] === 0) return false;
    if (host.depth > 0) return true;
    if (isCollecting) throw new InterruptedError("a collection: close the heap");
    this.heap.verify();
    this.core.end_deaths();
    const error = new InterruptedError("the death of objects: some stay, and so does what they refer to");
    this.reportUnraisable(error, () => "the heap");
    return false;
  }

  #tellLost(error: unknown): void {
    this.host.lost = undefined;
    this.reportUnraisable(error, () => "a finalizer or callback, at the end of the stack");
  }

  /** Hands an error to the heap's onUnraisable, in a frame of its own: the one on top may be about to end. Never throws. */
  reportUnraisable(error: unknown, what: () => string): void {
    try {
      const frame = this.isClosed ? undefined : this.frames.push();
      try {
        this.heap.onUnraisable(error, what());
      } finally {
        if (frame !== undefined) this.frames.end(frame);
      }
    } catch (second) {
      console.error("Exception ignored in: heap.onUnraisable", second);
    }
  }

  #finalize(object: Address): void {
    this.runCallback(
      () => `finalizer of ${this.describe(object)}`,
      () => this.#types[this.#typeOf(object)]!.finalizer?.(this.handleOf(object)),
    );
  }

  #callBack(weakref: Address, callback: Address): void {
    this.runCallback(
      () => `callback of ${this.describe(weakref)}`,
      () => {
        const type = this.#typeOf(callback);
        if (type === TYPE_HOST) {
          const call = this.hostValues.at(callback) as (weakref: Handle) => void;
          call(this.handleOf(weakref));
        } else {
          this.#types[type]!.call?.(this.handleOf(callback), this.handleOf(weakref));
        }
      },
    );
  }

  #typeOf(object: Address): number {
    return this.fresh().u16[(object + OBJECT_TYPE) >>> 1]!;
  }

  // The end

  /** Has `run` called when the heap is closed, before its objects are over; the newest first. */
  atClose(run: () => void): void {
    this.#closeHooks.push(run);
  }

  /** Ends the use of objects: handles, and every call but this, throw HeapClosedError. Once more, and while it runs: nothing. */
  close(): void {
    if (this.isClosed || this.#isClosing) return;
    this.#isClosing = true;
    for (let run = this.#closeHooks.pop(); run !== undefined; run = this.#closeHooks.pop()) {
      this.runCallback(() => "a function to be run at the heap's end", run);
    }
    this.isClosed = true;
    this.hostValues.clear();
    this.memory.memory.grow(0); // detaches every view that there is, those of scopes too
    this.views.show(new ArrayBuffer(0));
    const core = this.core as unknown as Record<string, unknown>;
    for (const [name, value] of Object.entries(core)) {
      if (typeof value === "function") core[name] = refuse;
    }
  }
}

function refuse(): never {
  throw new HeapClosedError();
}
