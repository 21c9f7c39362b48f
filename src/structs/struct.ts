// src/structs/struct.ts: heap.struct(): checks a declaration and declares the type to the core.
// Not here: where fields lie (struct-layout.ts), the class that comes of it (struct-class.ts).

import { TYPE_COUNT_ADDRESS } from "../../assembly/layout.js";
import {
  REFERENCE_SIZE,
  RUN_SIZE,
  TYPE_COUNT_MAX,
  TYPE_HAS_FINALIZER,
  TYPE_WEAKREFABLE,
} from "../../assembly/object-layout.js";
import { checkOptions } from "../arguments.js";
import { InvalidArgumentError } from "../errors.js";
import type { Handle } from "../objects/handle.js";
import type { HandleClass, ObjectHeap, TypeHooks } from "../objects/object-heap.js";
import { StructCursor } from "./cursor.js";
import { type FieldTypes, type StructInstance, scalarOf } from "./field-types.js";
import { makeStructClass, type StructClass } from "./struct-class.js";
import { StructHandle } from "./struct-handle.js";
import { EMPTY_LAYOUT, layoutFields } from "./struct-layout.js";
import { Field, StructType } from "./struct-type.js";

export interface StructOptions<
  Instance extends StructHandle,
  BaseFields extends FieldTypes,
  Base extends StructHandle,
> {
  /** The struct has the fields of this one too, at the same offsets; its records are records of this one. */
  readonly base?: StructClass<BaseFields, Base> | undefined;
  /** Runs when the last reference to a record has gone, once. Absent: the base's. What it throws goes to heap.onUnraisable. */
  readonly finalizer?: ((self: Instance) => void) | undefined;
  /** Runs when a record serves as the callback of a weak reference. Absent: the base's. */
  readonly call?: ((self: Instance, weakref: Handle) => void) | undefined;
  /** Whether records can be referred to weakly. Default: true. */
  readonly weakref?: boolean | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: the general case of all options
type AnyOptions = StructOptions<any, any, any>;

const FIELD_END_MAX = 0xffff;

/** The run-time type of a struct class. */
const types = new WeakMap<object, StructType>();

/**
 * Declares a struct type of a heap.
 *
 * @throws {InvalidArgumentError} if the declaration is none.
 * @throws {MemoryError} if there is no room for the type.
 */
export function defineStruct<
  const Fields extends FieldTypes,
  // biome-ignore lint/complexity/noBannedTypes: no fields
  BaseFields extends FieldTypes = {},
  Base extends StructHandle = StructHandle,
>(
  objects: ObjectHeap,
  name: string,
  fields: Fields,
  options: StructOptions<StructInstance<Fields, Base>, BaseFields, Base> = {},
): StructClass<BaseFields & Fields, StructInstance<Fields, Base>> {
  if (typeof name !== "string" || name === "") throw new InvalidArgumentError("name", name, "a name");
  if (typeof fields !== "object" || fields === null) {
    throw new InvalidArgumentError(
      "fields",
      fields,
      'an object of field types, such as { next: "self", x: "f64" }',
    );
  }
  checkOptions(options);
  for (const hook of ["finalizer", "call"] as const) {
    if (options[hook] !== undefined && typeof options[hook] !== "function") {
      throw new InvalidArgumentError(hook, options[hook], "a function");
    }
  }
  const base = options.base === undefined ? undefined : typeOf(objects, options.base, "base");
  const type = new StructType(objects, name, base);
  addFields(type, fields);
  const inherited = base === undefined ? undefined : objects.hooksOf(base.id);
  const hooks = {
    finalizer: (options as AnyOptions).finalizer ?? inherited?.finalizer,
    call: (options as AnyOptions).call ?? inherited?.call,
  };
  let flags = hooks.finalizer === undefined ? 0 : TYPE_HAS_FINALIZER;
  const isWeakrefable = (options.weakref ?? true) || (base?.isWeakrefable ?? false);
  if (isWeakrefable) flags |= TYPE_WEAKREFABLE;
  type.isWeakrefable = isWeakrefable;
  type.register(newTypeId(type, flags));
  const structClass = makeStructClass(type, (options.base ?? StructHandle) as unknown as HandleClass);
  types.set(structClass, type);
  const references = [...type.fields.values()].filter(({ scalar }) => scalar === undefined);
  objects.registerType(type.id, {
    name,
    handleClass: structClass,
    ...hooks,
    expand: expandOf(type),
    references,
  });
  return structClass as unknown as StructClass<BaseFields & Fields, StructInstance<Fields, Base>>;
}

function typeOf(objects: ObjectHeap, value: unknown, argument: string): StructType {
  const type = typeof value === "function" ? types.get(value) : undefined;
  if (type === undefined || type.objects !== objects) {
    throw new InvalidArgumentError(argument, value, "a struct class of this heap");
  }
  return type;
}

/** Fills in the fields and the layout. */
function addFields(type: StructType, fields: FieldTypes): void {
  const { objects, base } = type;
  const own = Object.entries(fields).map(([name, fieldType]) => {
    checkName(name, base);
    const scalar = scalarOf(fieldType);
    let target: StructType | undefined;
    if (fieldType === "self") target = type;
    else if (scalar === undefined && fieldType !== "ref") target = typeOfField(objects, name, fieldType);
    return { name, scalar, target };
  });
  const layout = layoutFields(
    own.map(({ name, scalar }) => ({
      name,
      size: scalar === undefined ? REFERENCE_SIZE : 1 << scalar.sizeLog2,
      isReference: scalar === undefined,
    })),
    base?.layout ?? EMPTY_LAYOUT,
  );
  if (layout.end > FIELD_END_MAX) {
    throw new InvalidArgumentError(
      "fields",
      fields,
      `at most ${FIELD_END_MAX} bytes; these take ${layout.end}`,
    );
  }
  type.layout = layout;
  for (const [name, field] of base?.fields ?? []) type.fields.set(name, field);
  for (const { name, scalar, target } of own) {
    type.fields.set(name, new Field(type, name, layout.offsets.get(name)!, scalar, target));
  }
}

function typeOfField(objects: ObjectHeap, name: string, fieldType: unknown): StructType {
  try {
    return typeOf(objects, fieldType, `the type of ${name}`);
  } catch {
    throw new InvalidArgumentError(
      `the type of ${name}`,
      fieldType,
      "ref, self, bool, i8, u8, i16, u16, i32, u32, i64, u64, f32, f64 or a struct class of this heap",
    );
  }
}

/** What handles keep in properties of their own. */
const OWN_PROPERTIES: readonly (keyof Handle)[] = ["_address", "_scope", "_slot"];

function checkName(name: string, base: StructType | undefined): void {
  if (base?.fields.has(name)) {
    throw new InvalidArgumentError(
      "field",
      name,
      `another name: the base ${base.name} has a field of this one`,
    );
  }
  const isTaken =
    name in StructHandle.prototype ||
    name in StructCursor.prototype ||
    OWN_PROPERTIES.includes(name as keyof Handle);
  if (isTaken) {
    throw new InvalidArgumentError(
      "field",
      name,
      "another name: every handle, or every cursor, has a member of this one",
    );
  }
}

/** Declares the type to the core. */
function newTypeId(type: StructType, flags: number): number {
  const { objects, layout } = type;
  const { core } = objects;
  if (objects.fresh().u32[TYPE_COUNT_ADDRESS >>> 2]! >= TYPE_COUNT_MAX) {
    throw new InvalidArgumentError(
      "name",
      type.name,
      `one of ${TYPE_COUNT_MAX} types at most, which there are already`,
    );
  }
  const bytes = layout.runs.length * RUN_SIZE;
  const block = core.malloc(bytes) >>> 0;
  if (block === 0) throw objects.outOfMemory(bytes);
  const { u16 } = objects.fresh();
  for (const [index, { offset, count }] of layout.runs.entries())
    u16.set([offset, count], (block >>> 1) + 2 * index);
  const id = core.type_new(layout.end, block, layout.runs.length, flags);
  core.free(block);
  if (id === 0) throw objects.outOfMemory(bytes);
  return id;
}

/** What toJS makes of a record: an object of its fields. */
function expandOf(type: StructType): NonNullable<TypeHooks["expand"]> {
  return (address, target, convert) => {
    for (const field of type.fields.values()) {
      const { name, scalar } = field;
      if (scalar !== undefined) {
        target[name] = field.read(scalar, address);
      } else {
        const reference = field.readReference(address);
        target[name] = reference === 0 ? null : convert(reference);
      }
    }
  };
}
