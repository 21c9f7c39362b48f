// test/assembly/cycles/increment.test.ts: collections in increments, while a random program goes on between any two of them: nothing that can be
// reached is freed, all else is in the end, and every rule holds after every increment.

import { describe, expect, test } from "vitest";
import { COLLECTOR_ADDRESS } from "../../../assembly/layout.js";
import {
  COLLECTOR_CLEARING,
  COLLECTOR_IDLE,
  COLLECTOR_INCREMENT,
  COLLECTOR_SWEEPING,
  LIST_LENGTH,
  OBJECT_HEADER_SIZE,
  OBJECT_TYPE,
  TYPE_LIST,
} from "../../../assembly/object-layout.js";
import { BareCore } from "../../support/bare-core.js";
import { BUILDS, type Build } from "../../support/checked-core.js";
import { readGcReferents } from "../../support/referents.js";

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);
const STEPS = 1200;
const SLOTS = 2;
const OWNED_MAX = 25;

function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Objects are made, linked, moved between lists and owners, and let go; each step is sound in itself. */
class Program {
  readonly bare: BareCore;
  /** References of the program's own, one an entry. */
  readonly owned: number[] = [];
  readonly random: (below: number) => number;
  readonly #types: readonly number[];
  #depth = 0;

  constructor(build: Build, seed: number, hasFinalizers: boolean) {
    this.random = randomOf(seed);
    this.bare = new BareCore(build, { calls: { finalize: (o) => this.#finalize(o) } });
    this.#types = [
      this.bare.type(SLOTS),
      this.bare.type(200),
      this.bare.type(SLOTS, { finalizer: hasFinalizers }),
    ];
  }

  #finalize(o: number): void {
    if (this.#depth > 0) return;
    this.#depth += 1;
    if (this.random(3) === 0) this.#own(o, true);
    this.step();
    this.#depth -= 1;
  }

  #own(o: number, isNew: boolean): void {
    if (o === 0) return;
    if (isNew) this.bare.core.incref(o);
    this.owned.push(o);
    if (this.owned.length > OWNED_MAX) this.#giveOne();
  }

  #giveOne(): void {
    const [o] = this.owned.splice(this.random(this.owned.length), 1);
    if (o !== undefined) this.bare.give(o);
  }

  #pick(): number {
    return this.owned[this.random(this.owned.length)] ?? 0;
  }

  #isList(o: number): boolean {
    return this.bare.view().getUint16(o + OBJECT_TYPE, true) === TYPE_LIST;
  }

  #slot(): number {
    return OBJECT_HEADER_SIZE + 4 * this.random(SLOTS);
  }

  step(): void {
    const { bare, random } = this;
    const { core } = bare;
    const [o, other] = [this.#pick(), this.#pick()];
    switch (random(9)) {
      case 0:
      case 1:
        this.#own(core.struct_new(this.#types[random(20) === 0 ? 1 : random(5) === 0 ? 2 : 0]!) >>> 0, false);
        break;
      case 2:
        this.#own(core.list_new(0) >>> 0, false);
        break;
      case 3:
      case 4:
        if (o === 0) break;
        if (this.#isList(o)) core.list_append(o, other);
        else core.struct_set(o, this.#slot(), other);
        break;
      case 5: // what it refers to changes hands, and stays or goes
        if (o === 0) break;
        if (this.#isList(o)) {
          const length = bare.read(o + LIST_LENGTH);
          if (length > 0) this.#own(core.list_pop(o, random(length)) >>> 0, false);
        } else {
          const slot = this.#slot();
          const held = bare.read(o + slot);
          if (held !== 0) core.incref(held);
          if (random(2) === 0) core.struct_set(o, slot, 0);
          this.#own(held, false); // which may be the end of the object
        }
        break;
      case 6:
        this.#giveOne();
        break;
      case 7:
        if (o !== 0 && this.#isList(o) && random(4) === 0) core.list_clear(o);
        break;
      default: {
        if (random(6) > 0 || this.#depth > 0) break;
        core.gc_begin(random(2));
        while (core.gc_advance(1));
      }
    }
  }

  /** All that the program can reach. */
  reachable(): Set<number> {
    const seen = new Set<number>();
    const pending = [...this.owned];
    for (let o = pending.pop(); o !== undefined; o = pending.pop()) {
      if (seen.has(o)) continue;
      seen.add(o);
      pending.push(...readGcReferents(this.bare, o));
    }
    return seen;
  }
}

function phaseOf(bare: BareCore): number {
  return bare.read(COLLECTOR_ADDRESS + COLLECTOR_INCREMENT);
}

function settle(bare: BareCore): void {
  bare.core.gc_settle();
  bare.verify();
}

describe.each(BUILDS)("%s:", (build) => {
  test.each(SEEDS)("program %i: nothing reachable is freed, and in the end nothing else is left", (seed) => {
    const program = new Program(build, seed, seed % 2 === 0);
    const { bare } = program;
    const phases = new Set<number>();
    for (let step = 0; step < STEPS; step += 1) {
      program.step();
      if (program.random(2) === 0) {
        bare.core.gc_increment_begin();
        bare.core.gc_increment(1);
        phases.add(phaseOf(bare));
      }
      if (step % 20 === 0) {
        settle(bare);
        for (const o of program.reachable()) expect(bare.core.object_fault(o), `step ${step}`).toBe(0);
      }
    }
    expect(phases).toContain(COLLECTOR_CLEARING);
    expect(phases).toContain(COLLECTOR_SWEEPING);
    // young garbage first, then two more: what became garbage during the first, finalized or not, goes with the second
    for (let round = 0; round < 3; round += 1) {
      bare.core.gc_begin(1);
      while (bare.core.gc_advance(1));
      while (bare.core.gc_increment(1));
      bare.core.gc_increment_begin();
      while (bare.core.gc_increment(1));
    }
    bare.verify();
    expect(bare.containers().filter((o) => !program.reachable().has(o))).toEqual([]);
  });

  test("garbage from before the beginning is freed by that collection, however the program goes on", () => {
    const bare = new BareCore(build);
    const type = bare.type(SLOTS);
    const nodes = Array.from({ length: 3000 }, () => bare.struct(type));
    for (const [i, node] of nodes.entries())
      bare.core.struct_set(node, OBJECT_HEADER_SIZE, nodes[(i + 1) % 3000]!);
    bare.core.gc_begin(2);
    while (bare.core.gc_advance(1));
    for (const node of nodes) bare.give(node);
    bare.core.gc_increment_begin();
    const kept: number[] = [];
    do kept.push(bare.struct(type, kept.at(-1) ?? 0));
    while (bare.core.gc_increment(1));
    expect(bare.core.gc_increment_result()).toBe(3000);
    bare.verify();
    expect(bare.containers().length).toBe(kept.length);
  });

  test("an item that leaves a list of suspects for an owner is not taken for garbage", () => {
    const bare = new BareCore(build);
    const item = bare.struct(bare.type(SLOTS));
    const list = bare.core.list_new(1) >>> 0;
    bare.core.list_append(list, item);
    bare.core.list_append(list, list);
    bare.give(item);
    bare.core.gc_begin(2);
    while (bare.core.gc_advance(1));
    // until suspicions are recounted, the list is held by itself alone
    bare.give(list);
    bare.core.gc_increment_begin();
    while (phaseOf(bare) !== COLLECTOR_CLEARING) bare.core.gc_increment(1);
    expect(bare.core.list_pop(list, 0) >>> 0).toBe(item);
    while (bare.core.gc_increment(1));
    expect(bare.core.object_fault(item)).toBe(0);
    expect(bare.core.refcount(item)).toBe(1);
    bare.verify();
  });

  test("what an object refers to is not taken for garbage when its finalizer saves it from dying", () => {
    const saved: number[] = [];
    const bare: BareCore = new BareCore(build, {
      calls: {
        finalize: (o) => {
          bare.core.incref(o);
          saved.push(o);
        },
      },
    });
    const child = bare.struct(bare.type(SLOTS));
    const node = bare.struct(bare.type(SLOTS, { finalizer: true }), child);
    const holder = bare.struct(bare.type(SLOTS), node);
    bare.core.struct_set(holder, OBJECT_HEADER_SIZE + 4, holder);
    bare.give(child);
    bare.give(node);
    bare.core.gc_begin(2);
    while (bare.core.gc_advance(1));
    // held by nothing but itself for the time being
    bare.give(holder);
    bare.core.gc_increment_begin();
    while (phaseOf(bare) !== COLLECTOR_CLEARING) bare.core.gc_increment(1);
    bare.core.struct_set(holder, OBJECT_HEADER_SIZE, 0);
    expect(saved).toEqual([node]);
    while (bare.core.gc_increment(1));
    for (const o of [node, child]) expect(bare.core.object_fault(o)).toBe(0);
    bare.verify();
  });

  test("a collection that stops the program ends one in increments, whatever it was at", () => {
    const bare = new BareCore(build);
    const type = bare.type(SLOTS);
    for (let increments = 0; increments < 12; increments += 1) {
      const node = bare.struct(type);
      bare.core.struct_set(node, OBJECT_HEADER_SIZE, node);
      bare.give(node);
      bare.core.gc_begin(1);
      while (bare.core.gc_advance(1));
      const held = bare.struct(type);
      bare.core.struct_set(held, OBJECT_HEADER_SIZE, held);
      bare.core.gc_begin(1);
      while (bare.core.gc_advance(1));
      bare.core.gc_increment_begin();
      for (let i = 0; i < increments; i += 1) bare.core.gc_increment(1);
      bare.core.gc_begin(2);
      while (bare.core.gc_advance(1));
      expect(phaseOf(bare)).toBe(COLLECTOR_IDLE);
      bare.verify();
      expect(bare.containers()).toEqual([held]);
      bare.give(held);
      bare.core.gc_begin(2);
      while (bare.core.gc_advance(1));
    }
  });
});
