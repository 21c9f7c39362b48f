// src/weakref/weak-set.ts: Python's WeakSet: a member goes when it dies. Its operators are called as JavaScript's Set has them.
// Source: CPython Lib/_weakrefset.py.

import { SET_ENTRY_SIZE } from "../../assembly/object-layout.js";
import { KeyError } from "../errors.js";
import { iterable } from "../kinds/list.js";
import type { Handle } from "../objects/handle.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import { WeakCollection } from "./weak-collection.js";
import { newWeakTable, type WeakKind } from "./weak-table.js";
import type { WeakrefHandle } from "./weakref-handle.js";

/** Members are objects that can be referred to weakly; none is there twice, nor two that are equal. */
export class WeakSetHandle extends WeakCollection implements Iterable<Handle> {
  /** @internal */
  constructor(objects: ObjectHeap, address: Address = newWeakTable(objects, KIND)) {
    super(objects, address);
  }

  override get typeName(): string {
    return "WeakSet";
  }

  /** @throws {NotWeakrefableError} if the object can have no weak references. {InvalidArgumentError} if it is no handle. {MemoryError} */
  add(member: Handle): this {
    this._alive();
    this.#add(this._objects.borrow(member, "member"));
    return this;
  }

  has(member: Handle): boolean {
    this._alive();
    return this.#has(this._objects.borrow(member, "member"));
  }

  /** Whether there was such a member, which is removed: Python's discard. */
  delete(member: Handle): boolean {
    this._alive();
    return this.#delete(this._objects.borrow(member, "member"));
  }

  /** As delete. @throws {KeyError} if there is no such member. */
  remove(member: Handle): void {
    if (!this.delete(member)) throw new KeyError(member, this.typeName);
  }

  /** Removes a member, the newest, and returns it; undefined if there is none. */
  pop(): Handle | undefined {
    const newest = this.newestEntry(false);
    if (newest === undefined) return undefined;
    const member = this._objects.handleOf(newest.referent);
    this._objects.core.set_discard(this._alive(), newest.key);
    return member;
  }

  /** Adds all; what was added stays, if one can't be. */
  update(members: Iterable<Handle>): void {
    this.#each(members, (member) => this.#add(member));
  }

  clear(): void {
    this._objects.core.set_clear(this._alive());
  }

  copy(): this {
    return this.#from(this) as this;
  }

  union(other: Iterable<Handle>): WeakSetHandle {
    return this.#changedCopy((union) => union.update(other));
  }

  intersection(other: Iterable<Handle>): WeakSetHandle {
    return this.#from(other, (member) => this.#has(member));
  }

  difference(other: Iterable<Handle>): WeakSetHandle {
    return this.#changedCopy((copy) => this.#each(other, (member) => copy.#delete(member)));
  }

  symmetricDifference(other: Iterable<Handle>): WeakSetHandle {
    const theirs = this.#from(other);
    try {
      return this.#changedCopy((copy) => {
        this.#each(theirs, (member) => {
          if (this.#has(member)) copy.#delete(member);
          else copy.#add(member);
        });
      });
    } finally {
      theirs.dispose();
    }
  }

  /** A copy, changed; none is left behind if that fails. */
  #changedCopy(change: (copy: this) => void): this {
    const copy = this.copy();
    try {
      change(copy);
      return copy;
    } catch (error) {
      copy.dispose();
      throw error;
    }
  }

  isSubsetOf(other: Iterable<Handle>): boolean {
    const common = this.intersection(other);
    const isSubset = common.size === this.size;
    common.dispose();
    return isSubset;
  }

  isSupersetOf(other: Iterable<Handle>): boolean {
    let isSuperset = true;
    this.#each(other, (member) => {
      isSuperset &&= this.#has(member);
    });
    return isSuperset;
  }

  isDisjointFrom(other: Iterable<Handle>): boolean {
    let isDisjoint = true;
    this.#each(other, (member) => {
      isDisjoint &&= !this.#has(member);
    });
    return isDisjoint;
  }

  /** New handles of the weak references to the members. */
  refs(): WeakrefHandle[] {
    return Array.from(this.liveEntries(), ({ key }) => this._objects.handleOf(key) as WeakrefHandle);
  }

  *[Symbol.iterator](): IterableIterator<Handle> {
    for (const { referent } of this.liveEntries()) yield this._objects.handleOf(referent);
  }

  protected override weakrefOf(key: Address): Address {
    return key;
  }

  #add(member: Address): void {
    this.withNewWeakref(member, (weakref) => {
      if (this._objects.core.set_add(this._alive(), weakref) === 0) {
        throw this._objects.outOfMemory((this.size + 1) * SET_ENTRY_SIZE);
      }
    });
  }

  #has(member: Address): boolean {
    const set = this._alive();
    return this.withWeakref(member, false, (weakref) => this._objects.core.set_has(set, weakref) !== 0);
  }

  #delete(member: Address): boolean {
    const set = this._alive();
    return this.withWeakref(member, false, (weakref) => this._objects.core.set_discard(set, weakref) !== 0);
  }

  /** Runs `use` with each member's address; no handles are made of another weak set's. */
  #each(members: Iterable<Handle>, use: (member: Address) => void): void {
    const { _objects: objects } = this;
    if (members instanceof WeakSetHandle && members._objects === objects) {
      for (const { referent } of members.liveEntries()) use(referent);
    } else {
      for (const member of iterable(members, "members")) use(objects.borrow(member, "member"));
    }
  }

  /** A new set of those that pass. */
  #from(members: Iterable<Handle>, passes?: (member: Address) => boolean): WeakSetHandle {
    const set = new WeakSetHandle(this._objects);
    try {
      this.#each(members, (member) => {
        if (passes === undefined || passes(member)) set.#add(member);
      });
    } catch (error) {
      set.dispose();
      throw error;
    }
    return set;
  }
}

const KIND: WeakKind = {
  make: "set_new",
  handleClass: WeakSetHandle,
  forget: ({ core }, set, weakref) => core.set_discard(set, weakref) !== 0,
};
