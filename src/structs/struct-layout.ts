// src/structs/struct-layout.ts: where a struct's fields lie: references in runs, then scalars without gaps where they can be had.
// Not here: what a field's type means (field-types.ts).

import { OBJECT_HEADER_SIZE, REFERENCE_SIZE } from "../../assembly/object-layout.js";

/** Reference fields side by side. */
export interface Run {
  readonly offset: number;
  readonly count: number;
}

export interface Layout {
  /** From the object's address on, per field, the base's among them. */
  readonly offsets: ReadonlyMap<string, number>;
  /** Ascending, the base's among them. */
  readonly runs: readonly Run[];
  /** Offset of the first byte behind the fields. */
  readonly end: number;
}

export interface Placeable {
  readonly name: string;
  readonly size: number;
  readonly isReference: boolean;
}

export const EMPTY_LAYOUT: Layout = { offsets: new Map(), runs: [], end: OBJECT_HEADER_SIZE };

/**
 * Lays `fields` out behind those of `base`, which stay where they are. First the references, in the order of their
 * declaration, in one run with the base's if they touch; then at each place the largest scalar that is aligned there.
 */
export function layoutFields(fields: readonly Placeable[], base: Layout = EMPTY_LAYOUT): Layout {
  const offsets = new Map(base.offsets);
  const runs = [...base.runs];
  const references = fields.filter((field) => field.isReference);
  // stable: among equals, the order of their declaration
  const scalars = fields.filter((field) => !field.isReference).sort((a, b) => b.size - a.size);
  let end = base.end;

  const placeScalars = (limit: number): void => {
    while (scalars.length > 0) {
      const fitting = scalars.findIndex(({ size }) => end % size === 0 && end + size <= limit);
      if (fitting >= 0) {
        const { name, size } = scalars.splice(fitting, 1)[0]!;
        offsets.set(name, end);
        end += size;
      } else if (end < limit) {
        end += 1;
      } else {
        return;
      }
    }
  };

  if (references.length > 0) {
    // small scalars fill the gap that a base of odd length leaves before the references
    placeScalars(alignUp(end, REFERENCE_SIZE));
    end = alignUp(end, REFERENCE_SIZE);
    for (const [index, { name }] of references.entries()) offsets.set(name, end + index * REFERENCE_SIZE);
    const last = runs.at(-1);
    if (last !== undefined && last.offset + last.count * REFERENCE_SIZE === end) {
      runs[runs.length - 1] = { offset: last.offset, count: last.count + references.length };
    } else {
      runs.push({ offset: end, count: references.length });
    }
    end += references.length * REFERENCE_SIZE;
  }
  placeScalars(Number.POSITIVE_INFINITY);
  return { offsets, runs, end };
}

export function alignUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}
