// src/objects/handle.ts: a handle: what JavaScript holds of an object: one reference to it, given up once.
// Not here: what an object of a type can do (list.ts, dict.ts …), who releases a handle (frame.ts, namespace.ts, leaks.ts).

import { PAGE_SIZE } from "../../assembly/layout.js";
import { OBJECT_TYPE } from "../../assembly/object-layout.js";
import { checkOptions } from "../arguments.js";
import { HeapClosedError, ReleasedHandleError } from "../errors.js";
import type { Heap } from "../heap.js";
import type { Address } from "../views.js";
import { OBJECT_PAGES_MAX } from "./object-core.js";
import type { ObjectHeap } from "./object-heap.js";
import { NO_SLOT, type Scope } from "./scope.js";
import { type ToJsOptions, toJs } from "./to-js.js";

/**
 * In place of a released handle's address: from where on memory never reaches, so that a read through it gives undefined,
 * whatever field's offset is added.
 */
export const RELEASED = (OBJECT_PAGES_MAX * PAGE_SIZE) | 0;

/** What every handle can do; the classes of the types add to it. */
export class Handle {
  // not initialized here: engines make that slow where there are many classes of handles
  /** @internal Its object's address as i32, or RELEASED. */
  declare _address: number;
  /** @internal */
  declare _scope: Scope;
  /** @internal Where its frame keeps the reference; NO_SLOT outside of frames. */
  declare _slot: number;

  /**
   * @internal Takes over a reference to the object at `address`, in the frame that is running.
   */
  constructor(objects: ObjectHeap, address: Address) {
    this._address = address | 0;
    const frame = objects.frames.top;
    if (frame === undefined) {
      this._scope = objects.leaks.scope;
      this._slot = NO_SLOT;
      objects.leaks.watch(this);
    } else {
      this._scope = frame;
      this._slot = objects.frames.take(frame, address);
    }
    objects.liveHandles += 1;
  }

  /** @internal */
  get _objects(): ObjectHeap {
    return this._scope.objects;
  }

  /** The object's address, for the pointer tier: borrowed, good while the object lives. */
  get address(): Address {
    return this._alive() >>> 0;
  }

  /** Whether its reference was given up. */
  get isReleased(): boolean {
    return this._address === RELEASED || this._scope.isEnded;
  }

  /** The name of the object's type. */
  get typeName(): string {
    const address = this._alive();
    return this._objects.typeName(this._objects.fresh().u16[(address + OBJECT_TYPE) >>> 1]!);
  }

  /** @internal What JavaScript has in its place: itself, unless something stands in for it. */
  get _standIn(): object {
    return this;
  }

  get heap(): Heap {
    return this._objects.heap;
  }

  /** Another handle of the same object, with a reference of its own. */
  dup(): this {
    const address = this._alive();
    this._objects.core.incref(address);
    return this._objects.adopt(address) as this;
  }

  /** Whether both are handles of one object. */
  is(other: Handle): boolean {
    return this.address === this._objects.borrow(other, "other");
  }

  /**
   * The object and all that it refers to as JavaScript's: list and tuple as array, dict as plain object if all keys are
   * strings, else as Map, set as Set, struct as plain object, bytes and bytearray as Uint8Array, cycles kept. What
   * JavaScript has no counterpart for, weak references, comes as a handle.
   */
  toJS(options: ToJsOptions = {}): unknown {
    const address = this._alive() >>> 0;
    checkOptions(options);
    return toJs(this._objects, address, options);
  }

  /** Gives the reference up; the object dies if it was the last. Once more: nothing. */
  dispose(): void {
    if (!this.isReleased) this._objects.releaseHandle(this);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /**
   * @internal The address as i32.
   *
   * @throws {ReleasedHandleError} if there is none any more, {HeapClosedError} likewise.
   */
  _alive(): number {
    const address = this._address;
    const scope = this._scope;
    if (address === RELEASED || scope.isEnded) {
      throw this._objects.isClosed ? new HeapClosedError() : new ReleasedHandleError(scope.isEnded);
    }
    if (scope.u8.length === 0) scope.show(this._objects.fresh());
    return address;
  }
}
