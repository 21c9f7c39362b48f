// test/assembly/object-graph.test.ts: random programs over all kinds of containers, with finalizers and callbacks that change the graph while
// objects die. After every step each refcount is the number of references found: the test's own, and those in live containers.

import { expect, test } from "vitest";
import {
  LIST_LENGTH,
  OBJECT_TYPE,
  TYPE_DICT,
  TYPE_LIST,
  TYPE_SET,
  TYPE_STRUCT_FIRST,
} from "../../assembly/object-layout.js";
import { BareCore } from "../support/bare-core.js";
import { BUILDS, type Build } from "../support/checked-core.js";
import { readGcReferents } from "../support/referents.js";

/** Seeds of the programs; a failure names its own. */
const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1);
const STEPS = 400;
const SLOTS = 3;

/** Linear congruential, as Numerical Recipes has it. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

class Program {
  readonly bare: BareCore;
  /** References that the test owns, an address per reference. */
  readonly owned: number[] = [];
  readonly random: (below: number) => number;
  readonly plain: number;
  readonly finalized: number;
  readonly long: number;
  inCallback = 0;

  constructor(build: Build, seed: number) {
    this.random = randomOf(seed);
    this.bare = new BareCore(build, {
      calls: {
        finalize: (o) => this.callback(o),
        call_back: (weakref, callback) => this.callback(this.random(2) ? weakref : callback),
      },
    });
    this.plain = this.bare.type(SLOTS);
    this.finalized = this.bare.type(SLOTS, { finalizer: true });
    this.long = this.bare.typeOfRuns(
      [
        [8, 2],
        [24, 1],
      ],
      32,
      { finalizer: true },
    );
  }

  own(o: number): void {
    if (o) this.owned.push(o >>> 0);
  }

  pick(): number {
    return this.owned[this.random(this.owned.length)]!;
  }

  typeOf(o: number): number {
    return this.bare.view().getUint16(o + OBJECT_TYPE, true);
  }

  /** While an object dies: now and then it is kept, and the graph changes. */
  callback(o: number): void {
    if (this.inCallback > 3) return;
    this.inCallback += 1;
    if (this.random(4) === 0) {
      this.bare.core.incref(o);
      this.own(o);
    }
    if (this.owned.length > 0 && this.random(2)) this.step();
    this.inCallback -= 1;
  }

  step(): void {
    const { core } = this.bare;
    const { random } = this;
    const choice = random(20);
    if (choice < 3 || this.owned.length < 3)
      this.own(core.struct_new([this.plain, this.finalized, this.long][random(3)]!));
    else if (choice === 3) this.own(core.list_new(random(3)));
    else if (choice === 4) this.own(core.dict_new());
    else if (choice === 5) this.own(core.set_new());
    else if (choice === 6) this.tuple();
    else if (choice === 7) this.weakref();
    else if (choice < 14) this.change(this.pick(), this.pick());
    else this.drop();
  }

  drop(): void {
    const [o] = this.owned.splice(this.random(this.owned.length), 1);
    this.bare.core.decref(o!);
  }

  tuple(): void {
    const { core } = this.bare;
    const items = Array.from({ length: 1 + this.random(3) }, () => this.pick());
    const scratch = core.malloc(items.length * 4);
    for (const [index, item] of items.entries()) {
      core.incref(item);
      this.bare.write(scratch + index * 4, item);
    }
    this.own(core.tuple_from(scratch, items.length));
    core.free(scratch);
  }

  weakref(): void {
    const referent = this.pick();
    if (this.typeOf(referent) < TYPE_STRUCT_FIRST) return;
    this.own(this.bare.core.weakref_new(referent, this.random(2) ? this.pick() : 0, this.random(2)));
  }

  /** Puts `o` into a container, or takes something out. */
  change(container: number, o: number): void {
    const { core } = this.bare;
    const { random } = this;
    const type = this.typeOf(container);
    if (type >= TYPE_STRUCT_FIRST) {
      const offsets = type === this.long ? [8, 12, 24] : [8, 12, 16];
      core.struct_set(container, offsets[random(SLOTS)]!, random(3) ? o : 0);
    } else if (type === TYPE_LIST) this.changeList(container, o);
    else if (type === TYPE_DICT) {
      const key = core.int_from_i32(random(12));
      if (random(4)) core.dict_set(container, key, o);
      else if (random(6)) core.dict_delete(container, key);
      else core.dict_clear(container);
      core.decref(key);
    } else if (type === TYPE_SET && this.typeOf(o) >= TYPE_STRUCT_FIRST) {
      if (random(4)) core.set_add(container, o);
      else if (random(6)) core.set_discard(container, o);
      else core.set_clear(container);
    }
  }

  changeList(list: number, o: number): void {
    const { core } = this.bare;
    const { random } = this;
    const length = this.bare.read(list + LIST_LENGTH);
    const from = random(length);
    const changes = [
      () => core.list_insert(list, random(length + 1), o),
      () => core.list_set(list, from, o),
      () => core.list_clear(list),
      () => core.list_delete(list, from, from + random(length - from) + 1),
    ];
    if (random(3) || length === 0) core.list_append(list, o);
    else changes[random(changes.length)]!();
  }

  check(): void {
    this.bare.verify();
    const holders = new Map<number, number>();
    const count = (o: number): void => {
      holders.set(o, (holders.get(o) ?? 0) + 1);
    };
    for (const o of this.owned) count(o);
    const containers = this.bare.containers();
    for (const container of containers) for (const o of readGcReferents(this.bare, container)) count(o);
    for (const o of containers) {
      expect([o, this.bare.core.refcount(o)]).toEqual([o, holders.get(o) ?? 0]);
    }
  }
}

test.each(BUILDS.flatMap((build) => SEEDS.map((seed) => [build, seed] as const)))(
  "%s, seed %i: refcounts are the references found, at every step, and all dies in the end but cycles",
  (build, seed) => {
    const program = new Program(build, seed);
    for (let i = 0; i < STEPS; i += 1) {
      program.step();
      program.check();
    }
    while (program.owned.length > 0) program.drop();
    program.check();
  },
);
