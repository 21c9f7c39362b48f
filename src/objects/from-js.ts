// src/objects/from-js.ts: JavaScript values, with all that they refer to, as objects. A work list stands in for recursion: any
// depth will do, and what is shared or part of a cycle becomes so.

import { LIST_SIZE, REFERENCE_SIZE, TABLE_SIZE } from "../../assembly/object-layout.js";
import { isBytes } from "../arguments.js";
import { InvalidArgumentError } from "../errors.js";
import { appendNumber, capacityFor } from "../kinds/list.js";
import type { Address } from "../views.js";
import { Handle } from "./handle.js";
import type { ObjectHeap } from "./object-heap.js";

/** One container that is being copied, and where it was found. */
interface Task {
  readonly source: object;
  readonly address: Address;
  readonly kind: "list" | "dict" | "set";
  readonly parent: Task | undefined;
  readonly key: string;
}

/**
 * A new reference to a deep copy: arrays and typed arrays but Uint8Array become lists, Maps and plain objects dicts,
 * Sets sets; scalars and handles are what box makes of them.
 *
 * @throws {InvalidArgumentError} naming the place of what has no counterpart; {MemoryError} {UnhashableError}. Nothing
 *   is left behind then.
 */
export function fromJs(objects: ObjectHeap, value: unknown): Address {
  objects.collectIfDue();
  return objects.makeMany(() => copyAll(objects, value));
}

function copyAll(objects: ObjectHeap, value: unknown): Address {
  const copy = new DeepCopy(objects);
  let root: Address | undefined;
  try {
    root = copy.reference(value, undefined, "");
    copy.fillAll();
    return root;
  } catch (error) {
    copy.abandon(root);
    throw error;
  } finally {
    copy.letGo();
  }
}

/** Keys in the place that an error tells, the innermost: every item has one made, so it must not grow with the depth. */
const PATH_KEYS_MAX = 16;

class DeepCopy {
  readonly #objects: ObjectHeap;
  /** Each container made, with a reference of ours: so none of them dies while it is being filled. */
  readonly #made = new Map<object, Task>();
  readonly #pending: Task[] = [];

  constructor(objects: ObjectHeap) {
    this.#objects = objects;
  }

  /** A new reference to the value's object, which may not be filled yet. */
  reference(value: unknown, parent: Task | undefined, key: string): Address {
    if (!isContainer(this.#objects, value)) return this.#objects.box(value, pathOf(parent, key));
    const task = this.#made.get(value) ?? this.#begin(value, parent, key);
    this.#objects.core.incref(task.address);
    return task.address;
  }

  fillAll(): void {
    for (let task = this.#pending.pop(); task !== undefined; task = this.#pending.pop()) this.#fill(task);
  }

  /** Empties what was made, as cycles would keep it alive. */
  abandon(root: Address | undefined): void {
    const { core, isClosed } = this.#objects;
    if (isClosed) return;
    if (root !== undefined) core.decref(root);
    for (const { address, kind } of this.#made.values()) {
      if (kind === "list") core.list_clear(address);
      else if (kind === "dict") core.dict_clear(address);
      else core.set_clear(address);
    }
  }

  letGo(): void {
    if (this.#objects.isClosed) return;
    for (const { address } of this.#made.values()) this.#objects.core.decref(address);
  }

  #begin(source: object, parent: Task | undefined, key: string): Task {
    const kind = kindOf(source);
    if (kind === undefined) {
      throw new InvalidArgumentError(
        pathOf(parent, key),
        source,
        "an array, Map, Set, plain object, scalar or handle; heap.host() takes anything",
      );
    }
    const { core } = this.#objects;
    let address: number;
    let size = TABLE_SIZE;
    if (kind === "list") {
      const capacity = capacityFor(source as unknown[]);
      size = LIST_SIZE + capacity * REFERENCE_SIZE;
      address = core.list_new(capacity);
    } else {
      address = kind === "dict" ? core.dict_new() : core.set_new();
    }
    if (address === 0) throw this.#objects.outOfMemory(size);
    const task = { source, address: address >>> 0, kind, parent, key };
    this.#made.set(source, task);
    this.#pending.push(task);
    return task;
  }

  #fill(task: Task): void {
    const { core } = this.#objects;
    const { source, address, kind } = task;
    if (kind === "list") {
      let index = 0;
      for (const item of source as unknown[]) {
        const place = index++;
        if (typeof item === "number") {
          if (appendNumber(this.#objects, address, item) === 0)
            throw this.#objects.outOfMemory(REFERENCE_SIZE);
        } else {
          this.#put(task, item, `[${place}]`, (item) => core.list_append(address, item));
        }
      }
    } else if (kind === "set") {
      for (const key of source as Set<unknown>) {
        this.#put(task, key, ".keys()", (key) => core.set_add(address, key));
      }
    } else {
      const entries = source instanceof Map ? source : Object.entries(source);
      for (const [key, value] of entries) {
        const place = typeof key === "string" ? `.${key}` : `.get(${typeof key})`;
        this.#put(task, key, ".keys()", (key) =>
          this.#put(task, value, place, (value) => core.dict_set(address, key, value)),
        );
      }
    }
  }

  /** Has `store` keep a reference to the value's object. @returns 1, as `store` has to. */
  #put(task: Task, value: unknown, place: string, store: (reference: Address) => number): number {
    const reference = this.reference(value, task, place);
    try {
      if (store(reference) === 0) throw this.#objects.outOfMemory(REFERENCE_SIZE);
    } finally {
      if (!this.#objects.isClosed) this.#objects.core.decref(reference);
    }
    return 1;
  }
}

/** Whether box would not take it, but this may. */
function isContainer(objects: ObjectHeap, value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return !(isBytes(value) || value instanceof Handle || objects.standIns.has(value));
}

function kindOf(source: object): Task["kind"] | undefined {
  if (Array.isArray(source)) return "list";
  if (ArrayBuffer.isView(source)) return source instanceof DataView ? undefined : "list";
  if (source instanceof Map) return "dict";
  if (source instanceof Set) return "set";
  const prototype: unknown = Object.getPrototypeOf(source);
  // another realm's Object.prototype has no prototype either
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain ? "dict" : undefined;
}

/** "value.children[3]": where in the argument something was found. */
function pathOf(parent: Task | undefined, key: string): string {
  const keys = [key];
  let task = parent;
  for (; task !== undefined && keys.length < PATH_KEYS_MAX; task = task.parent) keys.push(task.key);
  return `value${task === undefined ? "" : "…"}${keys.reverse().join("")}`;
}
