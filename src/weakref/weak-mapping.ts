// src/weakref/weak-mapping.ts: what weak dictionaries have in common, called as JavaScript's Map.
// Source: CPython Lib/weakref.py.

import { KeyError } from "../errors.js";
import { pairOf } from "../kinds/dict.js";
import { iterable } from "../kinds/list.js";
import { type LiveEntry, WeakCollection } from "./weak-collection.js";

/** Pairs of key and value: an array, a Map, a dict, another weak dictionary. */
export type Pairs<Key, Item> = Iterable<readonly [Key, Item]>;

export abstract class WeakMapping<Key, Item> extends WeakCollection implements Iterable<[Key, Item]> {
  /** The key's value; undefined if there is no such key. */
  abstract get(key: Key): Item | undefined;
  abstract has(key: Key): boolean;
  abstract set(key: Key, value: Item): this;
  /** Whether there was such a key, which is removed. */
  abstract delete(key: Key): boolean;
  /** Another dictionary with the same entries. */
  abstract copy(): this;

  /** @internal */
  protected abstract keyOf(entry: LiveEntry): Key;
  /** @internal */
  protected abstract itemOf(entry: LiveEntry): Item;

  /** As get. @throws {KeyError} if there is no such key. */
  require(key: Key): Item {
    const item = this.get(key);
    if (item === undefined) throw new KeyError(key, this.typeName);
    return item;
  }

  /** Removes the key and returns its value. @throws {KeyError} if there is no such key. */
  pop(key: Key): Item {
    const item = this.require(key);
    this.delete(key);
    return item;
  }

  /** Removes the newest entry and returns it; undefined if there is none. */
  popitem(): [Key, Item] | undefined {
    const newest = this.newestEntry(true);
    if (newest === undefined) return undefined;
    const pair: [Key, Item] = [this.keyOf(newest), this.itemOf(newest)];
    this._objects.core.dict_delete(this._alive(), newest.key);
    return pair;
  }

  /** The key's value; `value`, which it is set to, if there was none. */
  setdefault(key: Key, value: Item): Item {
    const item = this.get(key);
    if (item !== undefined) return item;
    this.set(key, value);
    return value;
  }

  /** Sets all the keys; what was set stays, if one can't be. */
  update(pairs: Pairs<Key, Item>): void {
    for (const pair of iterable(pairs, "pairs")) {
      const [key, item] = pairOf(pair);
      this.set(key, item);
    }
  }

  clear(): void {
    this._objects.core.dict_clear(this._alive());
  }

  *keys(): IterableIterator<Key> {
    for (const entry of this.liveEntries()) yield this.keyOf(entry);
  }

  *values(): IterableIterator<Item> {
    for (const entry of this.liveEntries()) yield this.itemOf(entry);
  }

  *entries(): IterableIterator<[Key, Item]> {
    for (const entry of this.liveEntries()) yield [this.keyOf(entry), this.itemOf(entry)];
  }

  [Symbol.iterator](): IterableIterator<[Key, Item]> {
    return this.entries();
  }
}
