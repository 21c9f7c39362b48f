// src/objects/scope.ts: a scope: what handles with one owner share: views of memory that last as long as it does, and what becomes of them.
// The owner is a frame, a namespace's variables, or nobody in particular (leaks.ts).

import type { ArrayTypes } from "../views.js";
import type { ObjectHeap } from "./object-heap.js";

/** No place on the reference stack. */
export const NO_SLOT = -1;

/** What an ended scope shows: every read through it gives undefined. */
const NOTHING: ArrayTypes = {
  i8: new Int8Array(0),
  u8: new Uint8Array(0),
  i16: new Int16Array(0),
  u16: new Uint16Array(0),
  i32: new Int32Array(0),
  u32: new Uint32Array(0),
  i64: new BigInt64Array(0),
  u64: new BigUint64Array(0),
  f32: new Float32Array(0),
  f64: new Float64Array(0),
};

/**
 * Fields are read through the scope's views, so that a frame's end, which takes them away, ends all its handles at once: the frame
 * need not know them, and those that JavaScript has dropped before cost nothing more. One class for all owners, as engines like it.
 */
export class Scope implements ArrayTypes {
  declare i8: Int8Array;
  declare u8: Uint8Array;
  declare i16: Int16Array;
  declare u16: Uint16Array;
  declare i32: Int32Array;
  declare u32: Uint32Array;
  declare i64: BigInt64Array;
  declare u64: BigUint64Array;
  declare f32: Float32Array;
  declare f64: Float64Array;
  /** Its time is over, and with it that of its handles. */
  isEnded = false;
  /** A frame's: its first place on the reference stack. */
  base = NO_SLOT;
  /** A frame's: a place that was given up, which tells the next one. */
  hole = NO_SLOT;

  constructor(
    readonly objects: ObjectHeap,
    /** A handle that JavaScript drops is released all the same, and told as a leak. */
    readonly isWatched: boolean,
    /** A named variable's: whoever wants to keep the object takes a reference of its own. */
    readonly isVariable: boolean,
    /** A frame's: the one that was on top before. */
    readonly below: Scope | undefined,
  ) {
    this.show(objects.fresh());
  }

  /** Takes over views of memory as it is now. */
  show(views: ArrayTypes): void {
    this.i8 = views.i8;
    this.u8 = views.u8;
    this.i16 = views.i16;
    this.u16 = views.u16;
    this.i32 = views.i32;
    this.u32 = views.u32;
    this.i64 = views.i64;
    this.u64 = views.u64;
    this.f32 = views.f32;
    this.f64 = views.f64;
  }

  end(): void {
    this.isEnded = true;
    this.show(NOTHING);
  }
}
