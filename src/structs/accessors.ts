// src/structs/accessors.ts: what reads and writes a struct's fields through a handle or a cursor.
// Not here: what a field accepts (struct-type.ts), first values (initializer.ts).

import type { ObjectHeap } from "../objects/object-heap.js";
import type { Scalar } from "./field-types.js";
import { generate } from "./generated.js";
import type { Positioned } from "./struct-handle.js";
import type { Field } from "./struct-type.js";

export interface Accessor {
  get(this: Positioned): unknown;
  set(this: Positioned, value: unknown): void;
}

/** What a field's references are to those who read and write them: values, containers among them handles, or addresses. */
export type ReferenceStyle = "values" | "addresses";

/** Accessors of `fields`, one each. */
export function makeAccessors(
  objects: ObjectHeap,
  fields: readonly Field[],
  references: ReferenceStyle,
): readonly Accessor[] {
  const reference = references === "values" ? valueAccess : addressAccess;
  const complete = fields.map((field) =>
    field.scalar === undefined ? reference(field) : scalarAccess(field, field.scalar),
  );
  return specialize(objects, fields, complete, references) ?? complete;
}

function valueAccess(field: Field): Accessor {
  const { objects } = field.owner;
  return {
    get() {
      const address = field.readReference(this._alive() >>> 0);
      if (address === 0) return null;
      return field.target === undefined ? objects.unbox(address) : objects.handleOf(address);
    },
    set(value) {
      this._alive();
      const reference = field.lend(value);
      objects.core.struct_set(this._address, field.offset, reference);
      field.unlend(value, reference);
    },
  };
}

function addressAccess(field: Field): Accessor {
  const { objects } = field.owner;
  return {
    get() {
      return field.readReference(this._alive() >>> 0);
    },
    set(value) {
      objects.core.struct_set(this._alive(), field.offset, field.lendAddress(value));
    },
  };
}

function scalarAccess(field: Field, scalar: Scalar): Accessor {
  const { offset } = field;
  const { array, sizeLog2, accepts } = scalar;
  const isBool = scalar.type === "bool";
  return {
    get() {
      const value = array(this._scope)[(this._address + offset) >>> sizeLog2];
      if (value === undefined) return field.read(scalar, this._alive() >>> 0);
      return isBool ? value !== 0 : value;
    },
    set(value) {
      if (!accepts(value)) throw field.refusal(value);
      field.write(scalar, this._alive() >>> 0, value);
    },
  };
}

/**
 * The accessors with the common case before them: the record is there, memory has not grown. The rest is left to
 * `complete`, as is told by undefined, which a released handle or a detached view makes of every read.
 */
function specialize(
  objects: ObjectHeap,
  fields: readonly Field[],
  complete: readonly Accessor[],
  references: ReferenceStyle,
): readonly Accessor[] | undefined {
  const accepts = fields.map(({ scalar }) => scalar?.accepts);
  const taken = fields.map(
    (_, i) => `const { get: get${i}, set: set${i} } = complete[${i}], accepts${i} = accepts[${i}];`,
  );
  const texts = fields.map((field, i) => textOf(field, i, references));
  const text = `${taken.join("\n")}\nreturn [${texts.join(",")}];`;
  return generate({ objects, views: objects.views, complete, accepts }, text) as Accessor[] | undefined;
}

/** The text of one accessor. */
function textOf({ scalar, offset, target }: Field, field: number, references: ReferenceStyle): string {
  // a handle ends with its scope; a cursor is at home in the heap
  const views = references === "values" ? "this._scope" : "views";
  const element = (view: string, sizeLog2: number): string =>
    `${views}.${view}[(this._address + ${offset}) >>> ${sizeLog2}]`;
  if (scalar === undefined) {
    const made = `address === 0 ? null : objects.${target === undefined ? "unbox" : "handleOf"}(address)`;
    return `{
  get() {
    const address = ${element("u32", 2)};
    return address === undefined ? get${field}.call(this) : ${references === "values" ? made : "address"};
  },
  set: set${field}
}`;
  }
  const { view, sizeLog2, type } = scalar;
  return `{
  get() {
    const value = ${element(view, sizeLog2)};
    return value === undefined ? get${field}.call(this) : value${type === "bool" ? " !== 0" : ""};
  },
  set(value) {
    if (${element(view, sizeLog2)} === undefined || !accepts${field}(value)) set${field}.call(this, value);
    else ${element(view, sizeLog2)} = value${type === "bool" ? " ? 1 : 0" : ""};
  }
}`;
}
