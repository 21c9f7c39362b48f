// test/src/inspect/u32-list.test.ts: a list of u32 keeps what is pushed, however much.

import { expect, test } from "vitest";
import { U32List } from "../../../src/inspect/u32-list.js";

test("it grows, and keeps whole u32", () => {
  const list = new U32List();
  expect([...list.values]).toEqual([]);
  const pushed = Array.from({ length: 5000 }, (_, index) => 0xffff_ffff - index);
  for (const value of pushed) list.push(value);
  expect(list.length).toBe(5000);
  expect([...list.values]).toEqual(pushed);
});
