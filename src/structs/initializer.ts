// src/structs/initializer.ts: makes a record with first values: all of them checked, and references taken, before it is made.
// Not here: its handle (struct-class.ts).

import { InvalidArgumentError } from "../errors.js";
import type { Address } from "../views.js";
import { generate } from "./generated.js";
import type { Field, StructType } from "./struct-type.js";

/** Makes a record of these first values, or of none. */
export type Initializer = (init: unknown) => Address;

export function makeInitializer(type: StructType): Initializer {
  const quick = specialize(type);
  return (init) => {
    if (init === undefined) return allocate(type);
    if (typeof init !== "object" || init === null) {
      throw new InvalidArgumentError(
        "init",
        init,
        `an object of first values for the fields of ${type.name}`,
      );
    }
    return quick?.(init) || initialize(type, init);
  };
}

/** A new record, all zero. */
export function allocate({ objects, id, size }: StructType): Address {
  objects.collectIfDue();
  const address = objects.core.struct_new(id) >>> 0;
  if (address === 0) throw objects.outOfMemory(size);
  return address;
}

function initialize(type: StructType, init: object): Address {
  const fields: Field[] = [];
  const values: unknown[] = [];
  for (const name in init) {
    const field = type.fieldNamed(name);
    const value = (init as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (field.scalar !== undefined && !field.scalar.accepts(value)) throw field.refusal(value);
    fields.push(field);
    values.push(value);
  }
  const references: Address[] = [];
  let record: Address;
  try {
    for (const [i, field] of fields.entries()) {
      references.push(field.scalar === undefined ? field.box(values[i]) : 0);
    }
    record = allocate(type);
  } catch (error) {
    releaseAll(type, references);
    throw error;
  }
  for (const [i, field] of fields.entries()) {
    if (field.scalar === undefined) field.writeNewReference(record, references[i]!);
    else field.write(field.scalar, record, values[i]);
  }
  return record;
}

/** Those that are not 0. */
function releaseAll({ objects }: StructType, references: readonly Address[]): void {
  for (const reference of references) if (reference !== 0) objects.core.decref(reference);
}

/** As initialize, for the fields of one type; returns 0, and has done nothing, if a value or a name is wrong. */
function specialize(type: StructType): ((init: object) => Address) | undefined {
  const { objects } = type;
  const fields = [...type.fields.values()];
  const numbers = fields.map((_, i) => i);
  const references = numbers.filter((i) => fields[i]!.scalar === undefined);
  const scalars = numbers.filter((i) => fields[i]!.scalar !== undefined);
  const write = (i: number): string => {
    const { scalar, offset } = fields[i]!;
    const { view, sizeLog2, type } = scalar!;
    const element = `views.${view}[(record + ${offset}) >>> ${sizeLog2}]`;
    return `if (value${i} !== undefined) ${element} = value${i}${type === "bool" ? " ? 1 : 0" : ""};`;
  };
  const text = `
const ${numbers.map((i) => `field${i} = fields[${i}], name${i} = names[${i}], accepts${i} = accepts[${i}]`).join(",\n") || "none = 0"};
return (init) => {
  let given = 0;
  ${numbers.map((i) => `const value${i} = init[name${i}]; if (value${i} !== undefined) given += 1;`).join("\n  ")}
  for (const name in init) given -= 1;
  if (given !== 0) return 0;
  ${scalars.map((i) => `if (value${i} !== undefined && !accepts${i}(value${i})) return 0;`).join("\n  ")}
  let record = 0;
  ${references.map((i) => `let reference${i} = 0;`).join("\n  ")}
  try {
    ${references.map((i) => `if (value${i} !== undefined) reference${i} = field${i}.box(value${i});`).join("\n    ")}
    record = allocate(type);
  } catch (error) {
    releaseAll(type, [${references.map((i) => `reference${i}`).join(", ")}]);
    throw error;
  }
  if (views.u8.length === 0) objects.fresh();
  ${references.map((i) => `views.u32[(record + ${fields[i]!.offset}) >>> 2] = reference${i};`).join("\n  ")}
  ${scalars.map(write).join("\n  ")}
  return record;
};`;
  const names = fields.map(({ name }) => name);
  const accepts = fields.map(({ scalar }) => scalar?.accepts);
  const parameters = { type, objects, views: objects.views, fields, names, accepts, allocate, releaseAll };
  return generate(parameters, text) as ((init: object) => Address) | undefined;
}
