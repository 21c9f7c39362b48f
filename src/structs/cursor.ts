// src/structs/cursor.ts: a cursor: stands on one record after the other and reads its fields, without a JavaScript object a record.
// Not here: its fields' accessors (accessors.ts).

import { DisposedError, InvalidArgumentError, NoRecordError, WrongTypeError } from "../errors.js";
import { RELEASED } from "../objects/handle.js";
import type { Address, ArrayTypes } from "../views.js";
import { makeAccessors } from "./accessors.js";
import type { FieldTypes, RawFieldValue, ReferenceName } from "./field-types.js";
import type { Positioned, StructHandle } from "./struct-handle.js";
import type { Field, StructType } from "./struct-type.js";

/** What is left to do when nobody has disposed of a cursor. */
interface Remains {
  readonly type: StructType;
  /** The record; 0: none. */
  address: Address;
}

const dropped = new FinalizationRegistry<Remains>(({ type, address }) => {
  if (address === 0 || type.objects.isClosed) return;
  type.objects.leaks.count += 1;
  type.objects.core.decref(address);
});

/**
 * Owns one reference to the record that it stands on, until it moves on or is disposed of; no frame does that. Counted
 * as a leak if JavaScript drops it.
 */
export class StructCursor<
  Fields extends FieldTypes = FieldTypes,
  Instance extends StructHandle = StructHandle,
> implements Positioned
{
  /** @internal The record's address as i32; RELEASED: it stands on none. */
  _address: number = RELEASED;
  /** @internal */
  readonly _scope: ArrayTypes;
  readonly #type: StructType;
  readonly #remains: Remains;
  #isDisposed = false;
  // what follow() found out last, as loops follow one field
  #name = "";
  #field: Field | undefined;
  /** Whether whatever the field refers to is a record of the cursor's type. */
  #isOwn = false;

  /** @internal */
  constructor(type: StructType) {
    this.#type = type;
    this._scope = type.objects.views;
    this.#remains = { type, address: 0 };
    dropped.register(this, this.#remains, this);
  }

  /** The record's address, borrowed. @throws {NoRecordError} if the cursor stands on none. */
  get address(): Address {
    return this._alive() >>> 0;
  }

  /** Whether it stands on no record. */
  get isEmpty(): boolean {
    return this._address === RELEASED;
  }

  /**
   * Moves to a record, which is referred to before the old one is released. Address 0 or null: to none.
   *
   * @throws {InvalidPointerError} if no record of the cursor's type, or of one based on it, is there: the cursor stays.
   */
  moveTo(record: Address | Instance | null): this {
    if (this.#isDisposed) throw new DisposedError("cursor");
    this.#stepTo(record === 0 || record === null ? 0 : this.#type.addressOf(record, "record"));
    return this;
  }

  /**
   * Moves to the record that a field refers to. False, and the cursor stays, if the field is unset.
   *
   * @throws {WrongTypeError} if it refers to something else than a record of the cursor's type: the cursor stays.
   */
  follow(name: ReferenceName<Fields>): boolean {
    if (name !== this.#name) this.#look(name);
    const field = this.#field!;
    const target = field.readReference(this._alive() >>> 0);
    if (target === 0) return false;
    if (!this.#isOwn && !this.#type.owns(target)) {
      throw new WrongTypeError(target, `that is no ${this.#type.name}, so the cursor can't stand on it`);
    }
    this.#stepTo(target);
    return true;
  }

  /** A new handle of the record. */
  toHandle(): Instance {
    return this.#type.objects.handleOf(this.address) as Instance;
  }

  /** Gives its reference up for good. Once more: nothing. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    dropped.unregister(this);
    if (!this.#type.objects.isClosed) this.#stepTo(0);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @internal */
  _alive(): number {
    const address = this._address;
    if (address === RELEASED) {
      throw this.#isDisposed ? new DisposedError("cursor") : new NoRecordError(this.#type.name);
    }
    return address;
  }

  /** @param to - a record of the type, or 0. */
  #stepTo(to: Address): void {
    const from = this.#remains.address;
    // first, since the old record's death may run a finalizer that moves this very cursor
    this.#remains.address = to;
    this._address = to === 0 ? RELEASED : to | 0;
    this.#type.objects.core.move_reference(to, from);
  }

  #look(name: string): void {
    const field = this.#type.fieldNamed(name);
    if (field.scalar !== undefined) {
      throw new InvalidArgumentError(
        "field",
        name,
        `a reference field; ${this.#type.name}.${name} is a ${field.scalar.type}`,
      );
    }
    this.#name = name;
    this.#field = field;
    this.#isOwn = field.target !== undefined && this.#type.includes(field.target);
  }
}

/** A cursor with its fields: scalars as on handles, references as addresses, 0 for unset. */
export type Cursor<Fields extends FieldTypes, Instance extends StructHandle> = StructCursor<
  Fields,
  Instance
> & {
  -readonly [Name in keyof Fields]: RawFieldValue<Fields[Name]>;
};

/** The class of the cursors over records of one type. */
export function makeCursorClass(type: StructType): new () => StructCursor {
  class CursorOfType extends StructCursor {
    constructor() {
      super(type);
    }
  }
  const fields = [...type.fields.values()];
  for (const [index, { get, set }] of makeAccessors(type.objects, fields, "addresses").entries()) {
    Object.defineProperty(CursorOfType.prototype, fields[index]!.name, {
      get,
      set,
      enumerable: true,
      configurable: true,
    });
  }
  return CursorOfType;
}
