import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { pythonPauses } from "../../../src/tour/python-pauses.js";

const hasPython = spawnSync("python3", ["--version"]).status === 0;

test.runIf(hasPython)("python3 tells its version, and a pause a collection", () => {
  const { version, pauses } = pythonPauses()!;
  expect(version).toMatch(/^\w+ \d+\.\d+/);
  expect(pauses.length).toBeGreaterThan(1);
  expect(pauses.every((pause) => pause > 0)).toBe(true);
});

test("no python3, one that fails, or one that prints something else is no reason to fail", () => {
  expect(pythonPauses("no-such-python3")).toBeUndefined();
  expect(pythonPauses("false")).toBeUndefined();
  expect(pythonPauses("echo")).toBeUndefined();
});
