// conformance/places.ts: places in containers, by key: an index of a list or tuple, a dict's key, a node's slot.

import type { DictHandle, Handle, ListHandle, TupleHandle, Value } from "../src/index.js";
import { type Kind, kindOf, type Machine, type NodeHandle, Refused } from "./machine.js";
import type { Key } from "./program.js";

export interface Place {
  /** Undefined: nothing is there. */
  read(): Value | undefined;
  write(value: Value): void;
  remove(): void;
}

/** The place of a key in an object of one of these kinds. @throws {Refused} if there can't be one. */
export function placeOf(machine: Machine, object: Handle, key: Key, ...kinds: readonly Kind[]): Place {
  const kind = kindOf(object);
  if (!kinds.includes(kind) || typeof key !== (kind === "dict" ? "string" : "number"))
    throw new Refused("kind");
  switch (kind) {
    case "dict":
      return placeInDict(object as DictHandle, key as string);
    case "node":
      return placeInNode(
        object as NodeHandle,
        inRange(key as number, machine.slotCountOf(object as NodeHandle)),
      );
    default:
      return placeInSequence(object as ListHandle, inRange(key as number, (object as TupleHandle).length));
  }
}

function inRange(index: number, length: number): number {
  if (index < 0 || index >= length) throw new Refused("range");
  return index;
}

function placeInDict(dict: DictHandle, key: string): Place {
  return {
    read: () => dict.get(key),
    write: (value) => dict.set(key, value),
    remove: () => dict.delete(key),
  };
}

function placeInNode(node: NodeHandle, index: number): Place {
  const slot = `s${index}` as const;
  return {
    read: () => node[slot] ?? undefined,
    write: (value) => {
      node[slot] = value;
    },
    remove: () => {
      node[slot] = null;
    },
  };
}

/** Of a tuple, to read only. */
function placeInSequence(list: ListHandle, index: number): Place {
  return {
    read: () => list.get(index),
    write: (value) => list.set(index, value),
    remove: () => list.delete(index),
  };
}
