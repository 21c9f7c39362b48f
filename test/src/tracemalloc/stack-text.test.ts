// test/src/tracemalloc/stack-text.test.ts: stacks are read as each engine writes them.

import { expect, test } from "vitest";
import { parseStack } from "../../../src/tracemalloc/stack-text.js";

const told = (text: string): unknown[] =>
  parseStack(text).map(({ functionName, filename, lineno, column }) => [
    functionName,
    filename,
    lineno,
    column,
  ]);

test("V8's stacks", () => {
  const text = `Error
    at inner (file:///srv/my%20app/main.mjs:3:9)
    at new Thing (file:///srv/main.mjs:17:5)
    at async main (/srv/my app/main.cjs:10:3)
    at async file:///srv/main.mjs:20:1
    at Thing.method [as alias] (/srv/a (copy)/main.cjs:11:30)
    at /srv/a (copy)/main.cjs:5:1
    at https://host:8080/@fs/main.js?v=1:2:3
    at Array.map (<anonymous>)
    at Promise.all (index 0)
    at malloc (wasm://wasm/objects-00f1d2a6:wasm-function[12]:0x1a2b)
    at wasm://wasm/00f1d2a6:wasm-function[3]:0x5c
    at eval (eval at outer (/srv/main.cjs:4:3), <anonymous>:1:6)
    at <anonymous>:1:1
    at Module._compile (node:internal/modules/cjs/loader:1554:14)`;
  expect(told(text)).toEqual([
    ["inner", "file:///srv/my%20app/main.mjs", 3, 9],
    ["Thing", "file:///srv/main.mjs", 17, 5],
    ["main", "/srv/my app/main.cjs", 10, 3],
    ["", "file:///srv/main.mjs", 20, 1],
    ["Thing.method [as alias]", "/srv/a (copy)/main.cjs", 11, 30],
    ["", "/srv/a (copy)/main.cjs", 5, 1],
    ["", "https://host:8080/@fs/main.js?v=1", 2, 3],
    ["Module._compile", "node:internal/modules/cjs/loader", 1554, 14],
  ]);
});

test("V8's stacks on Windows", () => {
  const text = `Error
    at inner (C:\\my app\\main.cjs:3:9)
    at file:///C:/my%20app/main.mjs:20:1`;
  expect(told(text)).toEqual([
    ["inner", "C:\\my app\\main.cjs", 3, 9],
    ["", "file:///C:/my%20app/main.mjs", 20, 1],
  ]);
});

test("SpiderMonkey's stacks", () => {
  const text = `inner@http://localhost:8080/main.js:3:9
outer/<@http://localhost:8080/main.js:5:23
Thing@http://localhost:8080/@fs/main.js:17:5
async*main@http://localhost:8080/main.js:10:3
setTimeout handler*later@http://localhost:8080/main.js:12:5
@http://localhost:8080/main.js:20:1
@http://user@localhost/main.js:21:1
malloc@http://localhost:8080/objects.wasm:wasm-function[12]:0x1a2b
@http://localhost:8080/main.js line 10 > eval:1:1
anonymous@http://localhost:8080/main.js line 11 > Function:3:8
`;
  expect(told(text)).toEqual([
    ["inner", "http://localhost:8080/main.js", 3, 9],
    ["outer/<", "http://localhost:8080/main.js", 5, 23],
    ["Thing", "http://localhost:8080/@fs/main.js", 17, 5],
    ["main", "http://localhost:8080/main.js", 10, 3],
    ["later", "http://localhost:8080/main.js", 12, 5],
    ["", "http://localhost:8080/main.js", 20, 1],
    ["", "http://user@localhost/main.js", 21, 1],
  ]);
});

test("JavaScriptCore's stacks", () => {
  const text = `inner@https://host/main.js:3:9
map@[native code]
https://host/@fs/main.js:5:23
<?>.wasm-function[malloc]@[wasm code]
wasm-stub@[wasm code]
eval code@
eval@[native code]
module code@https://host/main.js:20:10`;
  expect(told(text)).toEqual([
    ["inner", "https://host/main.js", 3, 9],
    ["", "https://host/@fs/main.js", 5, 23],
    ["module code", "https://host/main.js", 20, 10],
  ]);
});

test("no stack has no frames", () => {
  expect(parseStack("")).toEqual([]);
  expect(parseStack("undefined")).toEqual([]);
  expect(parseStack("Error")).toEqual([]);
});
