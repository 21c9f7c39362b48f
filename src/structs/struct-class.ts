// src/structs/struct-class.ts: the class of a struct type: constructs records, has their fields, is their handles' class.
// Not here: declaring the type (struct.ts), the fields' accessors (accessors.ts), first values (initializer.ts).

import type { HandleClass } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import { makeAccessors } from "./accessors.js";
import { Batch } from "./batch.js";
import { type Cursor, makeCursorClass, type StructCursor } from "./cursor.js";
import type { FieldTypes, StructInit } from "./field-types.js";
import { allocate, makeInitializer } from "./initializer.js";
import { StructHandle } from "./struct-handle.js";
import type { StructType } from "./struct-type.js";

/** A struct type: constructs its records. `Fields` are all of them, the base's among them. */
export interface StructClass<
  Fields extends FieldTypes = FieldTypes,
  Instance extends StructHandle = StructHandle,
> {
  /**
   * A new record and its handle. Fields left out are 0, false or unset.
   *
   * @throws {FieldTypeError} if a field can't hold its value. {MemoryError} if there is no room. No record is made then.
   */
  new (init?: StructInit<Fields, Instance>): Instance;
  readonly prototype: Instance;
  readonly structName: string;
  /** What heap.typeOf() tells of its records. */
  readonly typeId: number;
  /** Bytes of a record, header included. */
  readonly size: number;
  /** Offset of each field from the record's address. */
  readonly offsets: { readonly [Name in keyof Fields]: number };
  /** Whether it is a handle of a record of this type, or of one based on it. */
  is(value: unknown): value is Instance;
  /** A new handle of the record at `address`. @throws {InvalidPointerError} if none of this type is there. */
  at(address: Address): Instance;
  /** A new record without a handle: the caller owns the reference to it, and gives it up with heap.decref(). @throws {MemoryError} */
  allocate(): Address;
  /** `count` new records at once. @throws {MemoryError} if there is no room for all; none is made then. */
  allocate(count: number): Batch<Fields, Instance>;
  /** A new cursor, on `record` or on none. @throws as its moveTo. */
  cursor(record?: Address | Instance | null): Cursor<Fields, Instance>;
}

/** Makes handles of records, from first values or, as the facade does, from an address. */
export type StructHandleClass = new (initOrObjects: unknown, address?: Address) => StructHandle;

/** The class of a type's handles. @param Parent - the base's, or StructHandle. */
export function makeStructClass(type: StructType, Parent: HandleClass): StructHandleClass {
  const { objects } = type;
  const initialize = makeInitializer(type);
  class StructOfType extends Parent {
    constructor(initOrObjects: unknown, address?: Address) {
      super(objects, initOrObjects === objects ? address! : initialize(initOrObjects));
    }

    // a name that is defined later puts a class on the slow path of V8: 350 ns an instance in place of 20
    static override get name(): string {
      return type.name;
    }
  }
  const fields = [...type.fields.values()];
  for (const [index, { get, set }] of makeAccessors(objects, fields, "values").entries()) {
    Object.defineProperty(StructOfType.prototype, fields[index]!.name, {
      get,
      set,
      enumerable: true,
      configurable: true,
    });
  }
  let CursorOfType: (new () => StructCursor) | undefined;
  const statics: PropertyDescriptorMap & { [Name in keyof StructClass]?: { value: StructClass[Name] } } = {
    structName: { value: type.name },
    typeId: { value: type.id },
    size: { value: type.size },
    offsets: { value: Object.freeze(Object.fromEntries(type.layout.offsets)) },
    is: {
      value: (value): value is StructHandle =>
        value instanceof StructHandle &&
        value._objects === objects &&
        !value.isReleased &&
        type.owns(value.address),
    },
    at: {
      value: (address) => {
        type.check(address);
        return objects.handleOf(address);
      },
    },
    allocate: {
      value: ((count?: number) =>
        count === undefined ? allocate(type) : new Batch(type, count)) as StructClass["allocate"],
    },
    cursor: {
      value: (record = null) => {
        CursorOfType ??= makeCursorClass(type);
        return new CursorOfType().moveTo(record) as ReturnType<StructClass["cursor"]>;
      },
    },
  };
  Object.defineProperties(StructOfType, statics);
  return StructOfType;
}
