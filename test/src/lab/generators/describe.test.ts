// test/src/lab/generators/describe.test.ts: the list of generators names everything that can be written.

import { expect, test } from "vitest";
import { describeGenerators, generatorsToJson } from "../../../../src/lab/generators/describe.js";
import { GENERATORS } from "../../../../src/lab/generators/registry.js";

test("each generator is listed with its parameters, defaults, units and ranges", () => {
  const lines = describeGenerators(GENERATORS, false).split("\n");
  for (const { name, description, parameters } of GENERATORS) {
    const first = lines.indexOf(`${name}: ${description}`);
    expect(first).toBeGreaterThanOrEqual(0);
    for (const [index, [parameter, it]] of Object.entries(parameters).entries()) {
      const line = lines[first + 1 + index]!;
      expect(line.split(/\s+/).slice(1, 3)).toEqual([`${parameter}=${it.default}`, it.unit]);
      expect(line.endsWith(`(${it.min} to ${it.max})`)).toBe(true);
    }
  }
});

test("as data, too", () => {
  expect(JSON.parse(JSON.stringify(generatorsToJson(GENERATORS)))).toMatchObject(
    GENERATORS.map(({ name, parameters }) => ({ name, parameters })),
  );
});
