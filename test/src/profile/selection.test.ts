import { expect, test } from "vitest";
import { nameMatcher, select } from "../../../src/profile/selection.js";
import { parseScript } from "../../../src/profile/syntax.js";

/** Names of the functions that a script, TypeScript here, has measured. */
function selected(source: string, patterns: readonly string[] = []): string[] {
  return select(parseScript(source, "script.ts", "unknown", true).program, patterns).functions.map(
    (it) => it.name,
  );
}

const IMPORT = 'import { profile } from "pymalloc/profile";\n';

test("functions in profile(…) are measured, under the name they are given", () => {
  expect(selected(`${IMPORT}const f = profile(() => 1);`)).toEqual(["f"]);
  expect(selected(`${IMPORT}const f = profile(function g() {});`)).toEqual(["g"]);
  expect(selected(`${IMPORT}export default profile(async (x: number) => x);`)).toEqual(["default"]);
  expect(selected(`${IMPORT}const o = { a: { b: profile((() => 1) as () => number) } };`)).toEqual(["o.a.b"]);
  expect(selected(`${IMPORT}class A { static run = profile(() => 1); }`)).toEqual(["A.run"]);
  expect(selected(`${IMPORT}use(profile(() => 1));`)).toEqual(["(anonymous)"]);
});

test("a function that is named in profile(…) is measured where it is declared, if there is one of that name", () => {
  expect(selected(`${IMPORT}function f() {} const g = profile(f);`)).toEqual(["f"]);
  expect(selected(`${IMPORT}const f = () => 1; profile(f)();`)).toEqual(["f"]);
  expect(selected(`${IMPORT}{ function f() {} } { function f() {} } profile(f);`)).toEqual([]);
  expect(selected(`${IMPORT}import { f } from "./f.js"; profile(f);`)).toEqual([]);
});

test("@profile marks methods of every kind, fields, and all of a class", () => {
  const members = [
    "a() {}",
    "static b() {}",
    "async *c() {}",
    "get d() { return 1; }",
    "#e() {}",
    "f = () => 1;",
  ];
  const marked = `${IMPORT}class A { ${members.map((it) => `@profile ${it}`).join("\n")} g() {} }`;
  expect(selected(marked)).toEqual(["A.a", "A.b", "A.c", "A.d", "A.#e", "A.f"]);
  expect(selected(`${IMPORT}@profile class A { constructor() {} a() {} f = () => 1; x = 1; }`)).toEqual([
    "A.constructor",
    "A.a",
    "A.f",
  ]);
});

test("profile is known by any name it is imported or required as, and without either", () => {
  expect(selected('import { profile as p } from "pymalloc/profile"; const f = p(() => 1);')).toEqual(["f"]);
  expect(selected('import * as m from "pymalloc/profile"; const f = m.profile(() => 1);')).toEqual(["f"]);
  expect(selected('const { profile: p } = require("pymalloc/profile"); const f = p(() => 1);')).toEqual([
    "f",
  ]);
  expect(selected('const m = await import("pymalloc/profile"); const f = m.profile(() => 1);')).toEqual([
    "f",
  ]);
  expect(selected("const f = profile(() => 1);")).toEqual(["f"]);
});

test("what is called profile and is something else marks nothing", () => {
  expect(selected('import { profile } from "elsewhere"; const f = profile(() => 1);')).toEqual([]);
  expect(selected("function profile(x: unknown) { return x; } const f = profile(() => 1);")).toEqual([]);
  expect(selected("const f = user.profile(() => 1);")).toEqual([]);
});

test("functions are chosen by name: alone, with what is around them, by patterns", () => {
  const source =
    "class Store { add() {} get(x) {} } function add() { function inner() {} } const run = () => 1;";
  expect(selected(source, ["add"])).toEqual(["Store.add", "add"]);
  expect(selected(source, ["Store.*"])).toEqual(["Store.add", "Store.get"]);
  expect(selected(source, ["run", "add.inner"])).toEqual(["add.inner", "run"]);
  expect(selected(source, ["?un"])).toEqual(["run"]);
  expect(selected(source, ["nothing"])).toEqual([]);
});

test("a pattern's letters stand for themselves", () => {
  const matches = nameMatcher(["a.b", "$x"]);
  expect(["a.b", "c.a.b", "axb", "$x", "b"].map(matches)).toEqual([true, true, false, true, false]);
});

test("overloads and abstract methods, which have nothing to run, are not measured", () => {
  expect(selected("function f(x: string): void; function f(x: unknown) {}", ["f"])).toEqual(["f"]);
  expect(selected("abstract class A { abstract f(): void; g() {} }", ["A.*"])).toEqual(["A.g"]);
});
