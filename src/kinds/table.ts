// src/kinds/table.ts: what dicts and sets have in common: keys in the order of insertion, each there once.
// Keys are what Python takes: None, bool, int, float, str, bytes, tuples of keys, and structs, weak references and host
// values by identity; 1, 1.0 and True are the same key.

import { ConcurrentModificationError } from "../errors.js";
import { readCount, readEntries } from "../objects/contents.js";
import { Handle } from "../objects/handle.js";
import type { Address } from "../views.js";

export abstract class TableHandle extends Handle {
  get size(): number {
    return readCount(this._objects, this._alive());
  }

  /** Runs `call` with a key's address. @throws {UnhashableError} from the core, if it is none. */
  protected withKey<T>(key: unknown, call: (key: Address) => T): T {
    const address = this._objects.lend(key, "key");
    try {
      return call(address);
    } finally {
      this._objects.unlend(key, address);
    }
  }

  /**
   * The entries as they lie in memory. Source: CPython Objects/dictobject.c, dictiter_iternextkey; sets, whose new keys come last here too,
   * are not iterated over for ever either.
   *
   * @throws {ConcurrentModificationError} when they became more or fewer, or when there is one after as many as there were.
   */
  protected *entriesInOrder(): Generator<[key: Address, value: Address]> {
    const { size } = this;
    let left = size;
    for (const entry of readEntries(this._objects, this._alive())) {
      if (left === 0) throw new ConcurrentModificationError(this.typeName, "keys");
      left -= 1;
      yield entry;
      if (this.size !== size) throw new ConcurrentModificationError(this.typeName, "size");
    }
  }
}
