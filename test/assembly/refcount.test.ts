import { describe, expect, test } from "vitest";
import { STATICS_ADDRESS } from "../../assembly/layout.js";
import { OBJECT_REFCOUNT, REFCOUNT_IMMORTAL, STATIC_NONE } from "../../assembly/object-layout.js";
import {
  DeadObjectError,
  ForeignPointerError,
  InvalidPointerError,
  NotAnObjectError,
} from "../../src/errors.js";
import { BareCore } from "../support/bare-core.js";
import { BUILDS } from "../support/checked-core.js";

describe.each(BUILDS)("%s:", (build) => {
  test("a count rises and falls, and the last reference's release frees the object", () => {
    const bare = new BareCore(build);
    const { core } = bare;
    const o = bare.struct(bare.type(2));
    expect(core.refcount(o)).toBe(1);
    core.incref(o);
    expect(core.refcount(o)).toBe(2);
    core.decref(o);
    core.decref(o);
    expect(() => core.refcount(o)).toThrow(DeadObjectError);
    expect(bare.containers()).toEqual([]);
    bare.verify();
  });

  test("a count that reaches the limit stands still in both directions: the object stays", () => {
    const bare = new BareCore(build);
    const { core } = bare;
    const o = bare.struct(bare.type(2));
    bare.write(o + OBJECT_REFCOUNT, REFCOUNT_IMMORTAL - 1);
    core.incref(o);
    expect(core.refcount(o)).toBe(REFCOUNT_IMMORTAL);
    core.incref(o);
    expect(core.refcount(o)).toBe(REFCOUNT_IMMORTAL);
    for (let i = 0; i < 10; i += 1) core.decref(o);
    expect(core.refcount(o)).toBe(REFCOUNT_IMMORTAL);
    bare.verify();
  });

  test("an object made immortal outlives every release, and so do None and the small ints", () => {
    const bare = new BareCore(build);
    const { core } = bare;
    const o = bare.struct(bare.type(1));
    core.immortalize(o);
    const none = bare.read(STATICS_ADDRESS) + STATIC_NONE;
    const seven = core.int_from_i32(7);
    for (const immortal of [o, none, seven]) {
      for (let i = 0; i < 3; i += 1) core.decref(immortal);
      expect(core.refcount(immortal)).toBe(REFCOUNT_IMMORTAL);
    }
    expect(core.int_from_i32(7)).toBe(seven);
  });

  test("released objects, other memory and raw blocks are told apart, and nothing is changed", () => {
    const bare = new BareCore(build);
    const { core } = bare;
    const type = bare.type(2);
    const dead = bare.struct(type);
    const keeper = bare.struct(type);
    core.decref(dead);
    const raw = core.malloc(24) >>> 0;
    const large = core.malloc(5000) >>> 0;
    const calls = [core.incref, core.decref, core.refcount, core.type_of, core.immortalize];
    for (const call of calls) {
      expect(() => call(dead)).toThrow(DeadObjectError);
      expect(() => call(0)).toThrow(ForeignPointerError);
      expect(() => call(0xfff00000)).toThrow(ForeignPointerError);
      expect(() => call(raw)).toThrow(NotAnObjectError);
      expect(() => call(large)).toThrow(NotAnObjectError);
    }
    // in the release build the two that must be fast look closely only at what can't be a count
    for (const call of build === "checked" ? calls : calls.slice(2)) {
      expect(() => call(keeper + 4)).toThrow(InvalidPointerError);
    }
    expect(core.refcount(keeper)).toBe(1);
    bare.verify();
  });

  test("malloc's free refuses an object and its parts", () => {
    const bare = new BareCore(build);
    const { core } = bare;
    const big = bare.typeOfRuns([[8, 200]], 808);
    for (const o of [
      bare.struct(bare.type(2)),
      core.list_new(4),
      core.struct_new(big),
      core.float_new(1.5),
    ]) {
      expect(() => core.free(o)).toThrow(expect.objectContaining({ name: "ObjectPointerError" }));
      core.decref(o);
    }
    bare.verify();
  });

  test("a cursor's move takes the new reference before it gives up the old one", () => {
    const bare = new BareCore(build);
    const { core } = bare;
    const type = bare.type(1);
    const end = bare.struct(type);
    const start = bare.struct(type, end);
    bare.give(end);
    core.move_reference(end, start);
    expect(core.refcount(end)).toBe(1);
    expect(core.object_fault(start)).not.toBe(0);
    core.move_reference(0, end);
    expect(bare.containers()).toEqual([]);
  });
});
