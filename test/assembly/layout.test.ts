// test/assembly/layout.test.ts: what layout.ts says is what the binaries do, and no code stands twice.

import { expect, test } from "vitest";
import * as layout from "../../assembly/layout.js";
import { instantiateCore } from "../../src/core.js";
import { CorruptHeapError, errorOf, WasmModuleError } from "../../src/errors.js";
import { readBlockSizes } from "../../src/heap-map.js";
import { BUILDS, newHeap, WASM } from "../support/checked-core.js";
import { wat } from "../support/wat.js";

const NAMES = Object.entries<number>(layout);
const RULES = NAMES.filter(([name]) => /^RULE_(?!FIRST$|LAST$)/.test(name));
const FAULTS = NAMES.filter(([name]) => name.startsWith("FAULT_"));

test.each(BUILDS)("the %s binary has the layout's version", (build) => {
  const core = instantiateCore(new WebAssembly.Module(WASM[build]));
  expect(core.LAYOUT_VERSION.value).toBe(layout.LAYOUT_VERSION);
});

const version = (value: number): string => `(global (export "LAYOUT_VERSION") i32 (i32.const ${value}))`;

test.each([
  [
    "of another version",
    version(layout.LAYOUT_VERSION + 1),
    new RegExp(`layout version is ${layout.LAYOUT_VERSION + 1}, ${layout.LAYOUT_VERSION} is expected`),
  ],
  ["of no version", "", /layout version is missing/],
  ["with no malloc", version(layout.LAYOUT_VERSION), /no malloc/],
  [
    "that wants other imports",
    `(import "env" "abort" (func)) ${version(layout.LAYOUT_VERSION)}`,
    /not the Wasm module/,
  ],
  ["that traps at its start", "(func $f unreachable) (start $f)", /can't be instantiated/],
])("a module %s is refused", (_, fields, message) => {
  const module = new WebAssembly.Module(wat(`(module ${fields})`));
  expect(() => instantiateCore(module)).toThrow(WasmModuleError);
  expect(() => instantiateCore(module)).toThrow(message);
});

test("no two rules or faults share a code, and faults are below rules", () => {
  const codes = [...RULES, ...FAULTS].map(([, code]) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(Math.max(...FAULTS.map(([, code]) => code))).toBeLessThan(layout.RULE_FIRST);
  expect(Math.min(...RULES.map(([, code]) => code))).toBe(layout.RULE_FIRST);
  expect(Math.max(...RULES.map(([, code]) => code))).toBe(layout.RULE_LAST);
});

test("every rule has a text of its own, every fault an error class", () => {
  const texts = RULES.map(([, code]) => (errorOf(code, 8) as CorruptHeapError).rule);
  expect(new Set(texts).size).toBe(RULES.length);
  for (const text of texts) expect(text).not.toMatch(/^rule \d+$/);
  const classes = FAULTS.map(([, code]) => errorOf(code, 8).name);
  expect(new Set(classes).size).toBe(FAULTS.length);
  for (const [, code] of FAULTS) expect(errorOf(code, 8)).not.toBeInstanceOf(CorruptHeapError);
});

test("size classes rise by ALIGNMENT, then in as many steps a doubling, up to the largest small request", () => {
  const sizes = readBlockSizes(newHeap("release").memory.memory);
  expect(sizes).toHaveLength(layout.RAW_CLASS_COUNT);
  expect(sizes[0]).toBe(layout.ALIGNMENT);
  expect(sizes.at(-1)).toBe(layout.SMALL_REQUEST_MAX);
  for (const [index, size] of sizes.entries()) {
    expect(size % layout.ALIGNMENT).toBe(0);
    const doubled = sizes[index + layout.CLASSES_PER_DOUBLING];
    if (index >= layout.CLASSES_PER_DOUBLING && doubled) expect(doubled).toBe(2 * size);
  }
});

test("the heap begins where its first payload is aligned, behind all state", () => {
  expect((layout.HEAP_ADDRESS + layout.CHUNK_HEADER_SIZE) % layout.CHUNK_ALIGNMENT).toBe(0);
  expect(layout.HEAP_ADDRESS).toBeGreaterThanOrEqual(layout.STATE_END);
  expect(layout.HEAP_ADDRESS).toBeLessThan(layout.PAGE_SIZE);
});
