// src/inspect/object-preview.ts: a few characters that tell an object from others of its type: of a str its beginning, of a number its value.

import {
  FLAG_BIG,
  OBJECT_FLAGS,
  OBJECT_TYPE,
  TYPE_BOOL,
  TYPE_FLOAT,
  TYPE_INT,
  TYPE_NONE,
  TYPE_STR,
} from "../../assembly/object-layout.js";
import { unboxScalar } from "../objects/box.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import { readText } from "../objects/text.js";
import type { Address } from "../views.js";

/** Words up to which an int is written out: what is longer takes a while. */
const INT_WORDS_MAX = 4;
const WORD_BITS = 64;

/** Undefined: the object is no str or number. @param length - characters of a str. */
export function previewOf(objects: ObjectHeap, address: Address, length: number): string | undefined {
  switch (objects.fresh().u16[(address + OBJECT_TYPE) >>> 1]) {
    case TYPE_STR: {
      const text = readText(objects, address, length);
      return objects.core.str_length(address) >>> 0 > length ? `${text}…` : text;
    }
    case TYPE_INT:
      return previewOfInt(objects, address);
    case TYPE_FLOAT:
      return previewOfFloat(unboxScalar(objects, address) as number);
    default:
      return undefined;
  }
}

/** As Python's repr has it, of a str without quotes; of None, True and False too. */
export function previewOfKey(objects: ObjectHeap, address: Address, length: number): string | undefined {
  const type = objects.fresh().u16[(address + OBJECT_TYPE) >>> 1];
  if (type === TYPE_NONE) return "None";
  if (type === TYPE_BOOL) return unboxScalar(objects, address) === true ? "True" : "False";
  return previewOf(objects, address, length);
}

function previewOfInt(objects: ObjectHeap, address: Address): string {
  if (objects.fresh().u16[(address + OBJECT_FLAGS) >>> 1]! & FLAG_BIG) {
    const words = objects.core.int_words(address) >>> 0;
    if (words > INT_WORDS_MAX) return `(${words * WORD_BITS} bits)`;
  }
  return String(unboxScalar(objects, address));
}

/** Told from an int by its point. */
function previewOfFloat(value: number): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
