// test/src/lab/generators/parse.test.ts: workloads written as text, and what is said of texts that name none.

import { expect, test } from "vitest";
import { PymallocError } from "../../../../src/errors.js";
import {
  GeneratorSyntaxError,
  ParameterValueError,
  UnknownGeneratorError,
  UnknownParameterError,
  WorkloadTooLargeError,
} from "../../../../src/lab/generators/errors.js";
import { parseGenerator } from "../../../../src/lab/generators/parse.js";
import { generateTrace } from "../../../../src/lab/generators/workload.js";

function faultOf(text: string): PymallocError {
  try {
    parseGenerator(text);
  } catch (error) {
    if (error instanceof PymallocError) return error;
    throw error;
  }
  throw new Error(`${text} is taken`);
}

test("a name alone has the defaults", () => {
  const { name, generator, values } = parseGenerator("larson");
  expect(name).toBe("larson");
  for (const [parameter, it] of Object.entries(generator.parameters))
    expect(values[parameter]).toBe(it.default);
});

test("values replace defaults, and name the workload unless they are the same", () => {
  const workload = parseGenerator("larson:events=1e5,seed=7,minBytes=8");
  expect(workload.values).toMatchObject({ events: 100_000, seed: 7, minBytes: 8, maxBytes: 1000 });
  expect(workload.name).toBe("larson:events=100000,seed=7");
  expect(parseGenerator(workload.name)).toEqual(workload);
});

test("an unknown generator is told with those that may be meant", () => {
  const fault = faultOf("larsen:events=5");
  expect(fault).toBeInstanceOf(UnknownGeneratorError);
  expect(fault).toMatchObject({ generator: "larsen", nearest: ["larson"] });
  expect(fault.message).toMatch(
    /^there is no generator "larsen"; did you mean larson\? there are alloc-test, /,
  );
  expect(faultOf("sh8bench")).toMatchObject({ nearest: ["sh6bench"] });
  expect(faultOf("Larson")).toMatchObject({ nearest: ["larson"] });
  expect(faultOf("")).toMatchObject({ nearest: [] });
  expect(faultOf("frobnicate").message).toBe(
    'there is no generator "frobnicate"; there are alloc-test, sh6bench, glibc-simple, larson, cache-scratch, mstress, malloc-large, binary-trees',
  );
});

test("an unknown parameter is told with those that the generator has", () => {
  const fault = faultOf("larson:slot=5");
  expect(fault).toBeInstanceOf(UnknownParameterError);
  expect(fault.message).toBe(
    'larson has no parameter "slot"; did you mean slots? there are events, slots, minBytes, maxBytes, seed',
  );
  expect(faultOf("glibc-simple:seed=1")).toBeInstanceOf(UnknownParameterError); // it draws nothing
  expect(faultOf("larson:toString=1")).toBeInstanceOf(UnknownParameterError);
});

test.each([
  "larson:events=many",
  "larson:events=",
  "larson:events=-5",
  "larson:events=0x1000",
  "larson:events=1500.5",
])("%s has no value that a parameter can have", (text) => {
  const fault = faultOf(text);
  expect(fault).toBeInstanceOf(ParameterValueError);
  expect(fault.message).toMatch(/^larson: events is .*; it must be a whole number from 1000 to 50000000$/);
});

test.each([
  ["larson:events=999", "larson: events is 999; it must be a whole number from 1000 to 50000000"],
  ["larson:seed=4294967296", "larson: seed is 4294967296; it must be a whole number from 0 to 4294967295"],
  ["larson:minBytes=9,maxBytes=8", "larson: maxBytes is 8; it must be at least minBytes, which is 9"],
  ["larson:events=1000", "larson: slots is 5000; it must be at most half of the 1000 events"],
  ["alloc-test:maxBytes=1000", "alloc-test: maxBytes is 1000; it must be a power of two"],
])("%s is told with the range", (text, message) => {
  expect(faultOf(text).message).toBe(message);
});

test.each(["larson:", "larson:events", "larson:=5", "larson:events=5000,", "larson:seed=1,seed=2"])(
  "%s is no text of that form",
  (text) => {
    const fault = faultOf(text);
    expect(fault).toBeInstanceOf(GeneratorSyntaxError);
    expect(fault.message).toContain("write NAME, or NAME:parameter=value,parameter=value");
  },
);

test("a workload with more bytes than fit is refused as it is made", () => {
  const workload = parseGenerator("larson:slots=100000,minBytes=1048576,maxBytes=1048576");
  expect(() => generateTrace(workload)).toThrow(WorkloadTooLargeError);
  expect(() => generateTrace(workload)).toThrow(
    /^larson:slots=100000,\S+ has more than 2147483648 bytes live at once/,
  );
});
