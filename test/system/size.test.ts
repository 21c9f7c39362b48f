import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CORE = readFileSync(`${ROOT}/dist/pymalloc.wasm`);
const CORE_BYTES_MAX = 8 * 1024;
const INSTANTIATION_MS_MAX = 5;

test(`the core is no larger than ${CORE_BYTES_MAX} bytes`, () => {
  expect(CORE.byteLength).toBeLessThanOrEqual(CORE_BYTES_MAX);
});

test("the core imports one function, and its memory starts at one page", () => {
  const module = new WebAssembly.Module(CORE);
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: "host", name: "fail", kind: "function" }]);
  const { exports } = new WebAssembly.Instance(module, { host: { fail() {} } });
  expect((exports.memory as WebAssembly.Memory).buffer.byteLength).toBe(65536);
});

test(`compiling and instantiating the core takes at most ${INSTANTIATION_MS_MAX} ms`, () => {
  const times = Array.from({ length: 9 }, () => {
    const start = performance.now();
    new WebAssembly.Instance(new WebAssembly.Module(CORE), { host: { fail() {} } });
    return performance.now() - start;
  });
  expect(times.sort((a, b) => a - b)[4]).toBeLessThanOrEqual(INSTANTIATION_MS_MAX);
});
