// src/structs/struct-handle.ts: what all handles of structs are, whatever their fields.
// Not here: the fields (accessors.ts), the classes (struct-class.ts).

import { Handle } from "../objects/handle.js";
import type { ArrayTypes } from "../views.js";

/** A handle of a struct; its fields are on the class that heap.struct() returned. */
export class StructHandle extends Handle {}

/** What stands on a record and reads its fields: a handle or a cursor. */
export interface Positioned {
  /** @internal The record's address as i32, or RELEASED. */
  readonly _address: number;
  /** @internal Views of memory, empty once the record is out of reach. */
  readonly _scope: ArrayTypes;
  /** @internal The address; throws if there is none. Makes the views anew if memory has grown. */
  _alive(): number;
}
