// What lines of instrumented functions are told to have done: each script, with increments and occurrences by line.

import { expect, test } from "vitest";
import type { FunctionRecord } from "../../../src/profile/record.js";
import { FakeMemory, incrementsOf, occurrencesOf, runInstrumented } from "../../support/instrumented.js";

/** Runs `main()` of a script in which `grow(n)` allocates; what was measured of it. */
function measure(lines: readonly string[], functions: readonly string[] = ["main"]): FunctionRecord[] {
  const memory = new FakeMemory();
  const grow = (bytes: number): number => {
    memory.bytes += bytes;
    return bytes;
  };
  const { value, recorder } = runInstrumented(lines.join("\n"), functions, memory, { grow });
  (value as () => void)();
  return recorder.record();
}

test("a line's increment is what memory grew by while it ran, and its bytes what there were at its end", () => {
  const [main] = measure(["function main() {", "  grow(10);", "  grow(-4); grow(1);", "}"]);
  expect(main).toMatchObject({ name: "main", firstLine: 1, headLine: 1, lastLine: 4, calls: 1 });
  expect(main!.lines.map(({ ms, ...it }) => [it, ms >= 0])).toEqual([
    [{ line: 1, occurrences: 1, bytes: [0], increments: [0] }, true],
    [{ line: 2, occurrences: 1, bytes: [10], increments: [10] }, true],
    [{ line: 3, occurrences: 1, bytes: [7], increments: [-3] }, true],
  ]);
});

test("a loop's header occurs once more than its body, as in Python", () => {
  for (const head of [
    "for (let i = 0; i < 3; i++)",
    "for (const x of [1, 2, 3])",
    "for (const x in { a: 1, b: 2, c: 3 })",
    "let i = 0; while (i++ < 3)",
    "for (let i = 0; i++ < 3; )",
  ]) {
    const [main] = measure([
      "function main() {",
      `  ${head} {`,
      "    if (grow(0)) continue;",
      "    grow(5);",
      "  }",
      "}",
    ]);
    const occurrences = occurrencesOf(main!);
    // a statement before the loop, on its line, has that line run already
    expect([head, occurrences[2]]).toEqual([head, head.startsWith("let") ? 5 : 4]);
    expect([occurrences[3], occurrences[4]]).toEqual([3, 3]);
    expect(incrementsOf(main!)[4]).toBe(15);
  }
});

test("a loop on one line counts its turns once", () => {
  const [main] = measure(["function main() {", "  for (let i = 0; i < 3; i++) grow(2);", "}"]);
  expect(occurrencesOf(main!)[2]).toBe(4);
  expect(incrementsOf(main!)[2]).toBe(6);
});

test("the header of a loop over what continues from within finally has what its steps take, not the block", () => {
  const [main] = measure([
    "function main() {",
    "  const it = { i: 0, [Symbol.iterator]() { return this; }, next() { grow(100); return { done: this.i++ === 2 }; } };",
    "  for (const x of it) {",
    "    try { continue; }",
    "    finally {",
    "      grow(1);",
    "    }",
    "  }",
    "}",
  ]);
  expect(incrementsOf(main!)).toMatchObject({ 3: 300, 4: 0, 6: 2 });
});

test("a statement of several lines is its first line's", () => {
  const [main] = measure([
    "function main() {",
    "  const o = [",
    "    grow(1),",
    "    grow(2),",
    "  ];",
    "  return o;",
    "}",
  ]);
  expect(incrementsOf(main!)).toEqual({ 1: 0, 2: 3, 6: 0 });
});

test("else-if, case, catch and finally are lines of their own", () => {
  const [main] = measure([
    "function main() {",
    "  if (grow(1) > 1) {",
    "    grow(1000);",
    "  } else if (grow(2)) {",
    "    switch (grow(4)) {",
    "      case 4:",
    "        grow(8);",
    "    }",
    "  }",
    "  try {",
    "    grow(16); null.x;",
    "  } catch {",
    "    grow(32);",
    "  } finally {",
    "    grow(64);",
    "  }",
    "}",
  ]);
  expect(incrementsOf(main!)).toEqual({ 1: 0, 2: 1, 4: 2, 5: 4, 7: 8, 11: 16, 13: 32, 15: 64 });
});

test("recursion counts once what happens further in, for each line", () => {
  const [main] = measure(["function main(n = 3) {", "  grow(10);", "  if (n > 0) main(n - 1);", "}"]);
  expect(main!.calls).toBe(4);
  expect(incrementsOf(main!)).toEqual({ 1: 0, 2: 40, 3: 30 });
});

test("a measured function in a measured function has a table of its own, and is part of the line that calls it", () => {
  const [main, inner] = measure(
    ["function main() {", "  const inner = () => {", "    grow(5);", "  };", "  inner();", "  inner();", "}"],
    ["main", "inner"],
  );
  expect(main!.name).toBe("main");
  expect(incrementsOf(main!)).toEqual({ 1: 0, 2: 0, 5: 5, 6: 5 });
  expect([inner!.name, inner!.calls]).toEqual(["main.inner", 2]);
  expect(incrementsOf(inner!)).toEqual({ 2: 0, 3: 10 });
});

test("a function inside that is not measured itself has its lines in the table around it", () => {
  const [main] = measure(["function main() {", "  [1, 2].forEach((n) => {", "    grow(n);", "  });", "}"]);
  expect(incrementsOf(main!)).toEqual({ 1: 0, 2: 3, 3: 3 });
  expect(occurrencesOf(main!)).toEqual({ 1: 1, 2: 1, 3: 2 });
});

test("a line that calls a function on the same line has its bytes once", () => {
  const [main] = measure(["function main() {", "  [1, 2].forEach((n) => grow(n));", "}"]);
  expect(incrementsOf(main!)).toEqual({ 1: 0, 2: 3 });
});

test("a line that is running when the record is made has what it had so far, and goes on", () => {
  const memory = new FakeMemory();
  const seen: unknown[] = [];
  const scope = {
    grow: (bytes: number) => {
      memory.bytes += bytes;
    },
    look: () => seen.push(incrementsOf(loaded.recorder.record()[0]!)),
  };
  const loaded = runInstrumented(
    ["function main(n) {", "  grow(1); look();", "  if (n) main(n - 1);", "}"].join("\n"),
    ["main"],
    memory,
    scope,
  );
  (loaded.value as (n: number) => void)(1);
  expect(seen).toEqual([
    { 1: 0, 2: 1 },
    { 1: 0, 2: 2, 3: 1 },
  ]);
  expect(incrementsOf(loaded.recorder.record()[0]!)).toEqual({ 1: 0, 2: 2, 3: 1 });
});

test("a function that declares a name as a function and once more runs, unmeasured, and says so", () => {
  const [main] = measure([
    "function main() {",
    "  function f() {}",
    "  var f = grow(1);",
    "  return f;",
    "}",
  ]);
  expect(main).toMatchObject({ calls: 0, lines: [], note: "it declares f as a function and once more" });
});

test("one that throws, or is thrown into while it waits, is over", async () => {
  const memory = new FakeMemory();
  const scope = { grow: (bytes: number) => (memory.bytes += bytes) };
  const source = ["async function main(p) {", "  await p;", "  grow(1);", "}"].join("\n");
  const { value, recorder } = runInstrumented(source, ["main"], memory, scope);
  const main = value as (p: unknown) => Promise<void>;
  await expect(main(Promise.reject(new Error("no")))).rejects.toThrow("no");
  memory.bytes += 50;
  await main(1);
  expect(incrementsOf(recorder.record()[0]!)).toEqual({ 1: 0, 2: 0, 3: 1 });
});

test("activations that wait have nothing of what the others do", async () => {
  const memory = new FakeMemory();
  const scope = { grow: (bytes: number) => (memory.bytes += bytes) };
  const source = ["async function main(n) {", "  grow(n);", "  await null;", "  grow(n * 10);", "}"].join(
    "\n",
  );
  const { value, recorder } = runInstrumented(source, ["main"], memory, scope);
  const main = value as (n: number) => Promise<void>;
  await Promise.all([main(1), main(2), main(3)]);
  expect(incrementsOf(recorder.record()[0]!)).toEqual({ 1: 0, 2: 6, 3: 0, 4: 60 });
  expect(occurrencesOf(recorder.record()[0]!)).toEqual({ 1: 3, 2: 3, 3: 3, 4: 3 });
});

test("a stack overflow leaves later calls right, in whichever probe it comes", () => {
  const source = [
    "function main(n) {",
    "  grow(3);",
    "  try { if (n) main(n - 1); } catch {}",
    "  grow(5);",
    "}",
  ].join("\n");
  // the outer call's probes read three times before, and the inner's five times
  for (const failing of [4, 5, 6, 7, 8]) {
    const memory = new FakeMemory();
    let reads = 0;
    const scope = { grow: (bytes: number) => (memory.bytes += bytes) };
    const { value, recorder } = runInstrumented(source, ["main"], memory, scope);
    const main = value as (n: number) => void;
    memory.read = () => {
      reads += 1;
      if (reads === failing) throw new RangeError("Maximum call stack size exceeded");
      return memory.bytes;
    };
    main(1);
    const before = incrementsOf(recorder.record()[0]!);
    main(1);
    const after = incrementsOf(recorder.record()[0]!);
    const grown = Object.fromEntries(
      Object.entries(after).map(([line, bytes]) => [line, bytes - before[+line]!]),
    );
    expect([failing, grown]).toEqual([failing, { 1: 0, 2: 6, 3: 8, 4: 10 }]);
  }
});

test("a program that overflows the stack itself is measured on", () => {
  const memory = new FakeMemory();
  const scope = { grow: (bytes: number) => (memory.bytes += bytes) };
  const source = ["function main(deep) {", "  if (deep) main(deep);", "  grow(3);", "}"].join("\n");
  const { value, recorder } = runInstrumented(source, ["main"], memory, scope);
  const main = value as (deep: boolean) => void;
  for (let turn = 0; turn < 20; turn += 1) {
    expect(() => main(true)).toThrow(RangeError);
    const before = incrementsOf(recorder.record()[0]!)[3] ?? 0;
    main(false);
    expect(incrementsOf(recorder.record()[0]!)[3]! - before).toBe(3);
  }
});
