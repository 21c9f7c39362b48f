// profile() and @profile where no loader has seen the script: whole calls.

import { afterEach, beforeEach, expect, test } from "vitest";
import { PROFILER_KEY } from "../../../src/profile/description.js";
import { profile } from "../../../src/profile/index.js";
import type { FunctionRecord } from "../../../src/profile/record.js";
import { Recorder } from "../../../src/profile/recorder.js";
import { FakeMemory } from "../../support/instrumented.js";

const place = globalThis as { [key: symbol]: unknown };
const KEY = Symbol.for(PROFILER_KEY);

let memory: FakeMemory;
let recorder: Recorder;
beforeEach(() => {
  memory = new FakeMemory();
  recorder = new Recorder([memory]);
  place[KEY] = recorder;
});
afterEach(() => {
  delete place[KEY];
});

const measured = (): [string, number, number][] =>
  recorder.record().map((it: FunctionRecord) => [it.name, it.calls, it.whole!.increments[0]!]);

test("a function keeps its name, its this, its arguments and its result, and its calls are counted", () => {
  const f = profile(function f(this: { n: number }, a: number, b: number) {
    memory.bytes += a;
    return this.n + b;
  });
  expect([f.name, f.length, f.call({ n: 1 }, 10, 2), f.call({ n: 2 }, 5, 2)]).toEqual(["f", 2, 3, 4]);
  expect(measured()).toEqual([["f", 2, 15]]);
  const [{ url, headLine }] = recorder.record() as [FunctionRecord];
  expect([url.endsWith("test/src/profile/profile.test.ts"), headLine > 20]).toEqual([true, true]);
});

test("a promise is measured until it is settled, calls that overlap once", async () => {
  const f = profile(async (n: number) => {
    memory.bytes += n;
    await null;
    memory.bytes += n;
    if (n === 3) throw new Error("three");
    return n;
  });
  const [one, three] = await Promise.allSettled([f(1), f(3)]);
  expect([one, (three as PromiseRejectedResult).reason.message]).toEqual([
    { status: "fulfilled", value: 1 },
    "three",
  ]);
  expect(measured()).toEqual([["(anonymous)", 2, 8]]);
});

test("recursion counts once, and what throws is over", () => {
  const f = profile((n: number): void => {
    memory.bytes += 1;
    if (n > 0) f(n - 1);
    else throw new Error("deep");
  });
  expect(() => f(3)).toThrow("deep");
  memory.bytes += 100;
  expect(() => f(0)).toThrow("deep");
  expect(measured()).toEqual([["(anonymous)", 5, 5]]);
});

test("the same function is measured once, and what is measured not again", () => {
  const f = (): void => {};
  expect(profile(f)).toBe(profile(f));
  expect(profile(profile(f))).toBe(profile(f));
});

test("constructors construct", () => {
  function Old(this: { x: number }, x: number): void {
    this.x = x;
  }
  const Measured = profile(Old as unknown as (x: number) => void) as unknown as new (
    x: number,
  ) => { x: number };
  const made = new Measured(5);
  expect([made.x, made instanceof Old]).toEqual([5, true]);
});

test("a class's methods, getters and setters are measured, and it stays the class", () => {
  class A {
    #x = 1;
    m(n: number): number {
      memory.bytes += n;
      return this.#x;
    }
    get x(): number {
      memory.bytes += 1;
      return this.#x;
    }
    set x(value: number) {
      this.#x = value;
    }
  }
  expect(profile(A)).toBe(A);
  const a = new A();
  a.x = 5;
  expect([a.m(7), a.x]).toEqual([5, 5]);
  expect(measured()).toEqual([
    ["A.m", 1, 7],
    ["A.x", 1, 1],
    ["A.x", 1, 0],
  ]);
});

/** What a compiler calls decorators with. */
const context = (kind: string, name: string): never => ({ kind, name }) as never;

test("decorators of every kind are called as the standard has it, and as it was before", () => {
  const method = profile(() => 1, context("method", "m"));
  const getter = profile(() => 2, context("getter", "g") as ClassGetterDecoratorContext);
  const field = profile(undefined, context("field", "f") as ClassFieldDecoratorContext);
  const accessor = { get: () => 4, set: () => {} };
  const measuredAccessor = profile(
    accessor,
    context("accessor", "a") as ClassAccessorDecoratorContext<object, number>,
  );
  const call = field(() => 3);
  expect([method(), getter(), call(), measuredAccessor.get!.call({}), field(5)]).toEqual([1, 2, 3, 4, 5]);
  const descriptor: PropertyDescriptor = { value: () => 6 };
  profile({}, "old", descriptor);
  expect(descriptor.value()).toBe(6);
  expect(measured().map(([name, calls]) => `${name} ${calls}`)).toEqual([
    "m 1",
    "g 1",
    "a 1",
    "a 0",
    "f 1",
    "old 1",
  ]);
});

test("anything else is refused", () => {
  expect(() => profile(5 as never)).toThrow("fn is 5; it must be a function or a class");
});
