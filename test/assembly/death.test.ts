// test/assembly/death.test.ts: what happens, and in which order, when the last reference goes.
// Not here: what CPython does in random programs (conformance).

import { describe, expect, test } from "vitest";
import { DEATH_DEPTH_MAX } from "../../assembly/layout.js";
import { REFCOUNT_IMMORTAL } from "../../assembly/object-layout.js";
import { BareCore } from "../support/bare-core.js";
import { BUILDS } from "../support/checked-core.js";

const FIRST_SLOT = 8;

describe.each(BUILDS)("%s:", (build) => {
  test("finalizer, then weakrefs, then callbacks newest first, then slots ascending, depth first", () => {
    const bare = new BareCore(build);
    const { core, log } = bare;
    const type = bare.type(2, { finalizer: true });
    const deep = bare.struct(type);
    const left = bare.struct(type, deep);
    const right = bare.struct(type);
    const top = bare.struct(type, left, right);
    const callback = bare.struct(bare.type(0));
    const [older, newer] = [
      core.weakref_new(top, callback, 0) >>> 0,
      core.weakref_new(top, callback, 0) >>> 0,
    ];
    for (const o of [deep, left, right]) bare.give(o);
    bare.give(top);
    expect(log).toEqual([
      `finalize ${top}`,
      `call_back ${newer} ${callback}`,
      `call_back ${older} ${callback}`,
      ...[left, deep, right].map((o) => `finalize ${o}`),
    ]);
    expect([bare.referent(older), bare.referent(newer), core.refcount(callback)]).toEqual([0, 0, 1]);
    bare.verify();
  });

  test("lists and tuples release last to first, dicts in the order of insertion", () => {
    const bare = new BareCore(build);
    const { core, log } = bare;
    const type = bare.type(0, { finalizer: true });
    const items = [1, 2, 3].map(() => bare.struct(type));
    const scratch = core.malloc(12);
    const give = (): void => {
      for (const [index, o] of items.entries()) bare.write(scratch + index * 4, o);
    };
    const again = (): void => {
      for (const [index] of items.entries()) items[index] = bare.struct(type);
      log.length = 0;
    };
    const finalized = (order: number[]): string[] => order.map((index) => `finalize ${items[index]}`);

    give();
    bare.give(core.list_from(scratch, 3));
    expect(log).toEqual(finalized([2, 1, 0]));
    again();
    give();
    bare.give(core.tuple_from(scratch, 3));
    expect(log).toEqual(finalized([2, 1, 0]));
    again();
    const dict = core.dict_new();
    for (const [index, o] of items.entries()) {
      core.dict_set(dict, core.int_from_i32(9 - index), o);
      bare.give(o);
    }
    bare.give(dict);
    expect(log).toEqual(finalized([0, 1, 2]));
    bare.verify();
  });

  test("a finalizer runs once; the object it keeps lives on, and dies without it", () => {
    let kept = 0;
    const bare = new BareCore(build, {
      calls: {
        finalize: (o) => {
          bare.core.incref(o);
          kept = o;
        },
      },
    });
    const { core, log } = bare;
    const child = bare.struct(bare.type(0));
    const o = bare.struct(bare.type(1, { finalizer: true }), child);
    const weakref = core.weakref_new(o, 0, 0) >>> 0;
    bare.give(child);
    bare.give(o);
    expect([kept, core.refcount(o), bare.referent(weakref), core.refcount(child)]).toEqual([o, 1, o, 1]);
    bare.give(o);
    expect(log).toHaveLength(1);
    expect([bare.referent(weakref), bare.containers()]).toEqual([0, [weakref]]);
    bare.verify();
  });

  test.each([
    ["structs", 200_000],
    ["lists", 200_000],
    ["tuples", 200_000],
    ["dicts", 50_000],
  ] as const)("a chain of %s dies in one call", (kind, count) => {
    const bare = new BareCore("release");
    const { core } = bare;
    const type = bare.type(1);
    const key = bare.str("next");
    const scratch = core.malloc(4);
    let last = bare.struct(type);
    for (let i = 0; i < count; i += 1) {
      let next: number;
      if (kind === "structs") {
        next = bare.struct(type, last);
        bare.give(last);
      } else if (kind === "dicts") {
        next = core.dict_new();
        core.dict_set(next, key, last);
        bare.give(last);
      } else {
        bare.write(scratch, last);
        next = kind === "lists" ? core.list_from(scratch, 1) : core.tuple_from(scratch, 1);
      }
      last = next;
    }
    bare.give(last);
    expect(bare.containers()).toEqual([]);
    expect(core.refcount(key)).toBe(1);
    bare.verify();
  });

  test("a struct of several runs releases all of them, wherever a child interrupts", () => {
    const bare = new BareCore(build);
    const { log } = bare;
    const leaf = bare.type(0, { finalizer: true });
    // 8: two references, 16: a scalar, 24: one, 28: a scalar, 32: three
    const runs = [
      [8, 2],
      [24, 1],
      [32, 3],
    ] as const;
    const slots = [8, 12, 24, 32, 36, 40];
    const type = bare.typeOfRuns(runs, 48);
    for (let filled = 0; filled < 1 << slots.length; filled += 1) {
      const o = bare.core.struct_new(type);
      const children = slots
        .filter((_, index) => (filled >> index) & 1)
        .map((offset) => {
          const child = bare.struct(leaf);
          bare.core.struct_set(o, offset, child);
          bare.give(child);
          return child;
        });
      log.length = 0;
      bare.give(o);
      expect(log).toEqual(children.map((child) => `finalize ${child}`));
    }
    expect(bare.containers()).toEqual([]);
    bare.verify();
  });

  test("deaths that cause each other through finalizers wait from a certain depth on, and none is lost", () => {
    const count = DEATH_DEPTH_MAX * 5;
    let depth = 0;
    let deepest = 0;
    const bare = new BareCore(build, {
      calls: {
        finalize: (o) => {
          depth += 1;
          deepest = Math.max(deepest, depth);
          bare.core.struct_set(o, FIRST_SLOT, 0); // the next in the chain dies within this finalizer
          depth -= 1;
        },
      },
    });
    const type = bare.type(1, { finalizer: true });
    let last = bare.struct(type);
    for (let i = 1; i < count; i += 1) {
      const next = bare.struct(type, last);
      bare.give(last);
      last = next;
    }
    bare.give(last);
    expect(bare.log).toHaveLength(count);
    expect(deepest).toBeLessThanOrEqual(DEATH_DEPTH_MAX);
    expect(bare.containers()).toEqual([]);
    bare.verify();
  });

  test("where memory is full, callbacks are called all the same", () => {
    const bare = new BareCore(build, { pages: 4 });
    const { core, log } = bare;
    const o = bare.struct(bare.type(0));
    const callback = bare.struct(bare.type(1));
    const asTuple = bare.typeOfRuns([[8, 1]], 56); // of the size that five pairs take
    const weakrefs = Array.from({ length: 5 }, () => core.weakref_new(o, callback, 0) >>> 0);
    // each size of container that a tuple of pairs could come from, then everything else
    while (core.malloc(4000)) {}
    for (let size = 8; size <= 512; size += 8) while (core.malloc(size)) {}
    while (core.list_new(0)) {}
    while (core.struct_new(asTuple)) {}
    bare.give(o);
    expect(log).toEqual(weakrefs.reverse().map((weakref) => `call_back ${weakref} ${callback}`));
    expect(core.refcount(callback)).toBe(1);
    expect(weakrefs.map((weakref) => bare.referent(weakref))).toEqual([0, 0, 0, 0, 0]);
    bare.verify();
  });

  test.each([0, 1])(
    "an immortal weakref or proxy (%i) is told of its referent's death, and stays",
    (isProxy) => {
      const bare = new BareCore(build);
      const { core, log } = bare;
      const o = bare.struct(bare.type(0));
      const callback = bare.struct(bare.type(0));
      const weakref = core.weakref_new(o, callback, isProxy) >>> 0;
      core.immortalize(weakref);
      bare.give(o);
      expect(log).toEqual([`call_back ${weakref} ${callback}`]);
      expect([core.refcount(weakref), bare.referent(weakref)]).toEqual([REFCOUNT_IMMORTAL, 0]);
      expect(bare.containers()).toContain(weakref);
      bare.verify();
    },
  );

  test("a host value is told to the host when its object dies, wherever it was kept", () => {
    const bare = new BareCore(build);
    const { core, log } = bare;
    const list = core.list_new(0);
    for (const index of [7, 8]) {
      const o = core.host_new(index);
      core.list_append(list, o);
      bare.give(o);
    }
    bare.give(list);
    expect(log).toEqual(["release 8", "release 7"]);
  });
});
