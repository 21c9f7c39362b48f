// TypeScript, instrumented and without its types, runs as it should (typescript.ts); its source map leads back (instrument.ts).

import { eachMapping, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { expect, test } from "vitest";
import { instrument } from "../../../src/profile/instrument.js";
import { ScriptSyntaxError } from "../../../src/profile/syntax.js";
import { evaluate, FakeMemory, instrumentedCode, runInstrumented } from "../../support/instrumented.js";

const run = (source: string, result: string): unknown => {
  const scope = { globalThis: {} }; // no profiler: probes do nothing
  return evaluate(instrumentedCode(source, ["*"], true), scope, result);
};

test("types, enums, parameter properties, assertions and overloads do what they do", () => {
  expect(run("enum E { A = 1, B } function f(e: E): number { return e as number + E.B; }", "f(E.A)")).toBe(3);
  expect(
    run(
      "class A { constructor(readonly x: number, protected y?: string) {} }\n" +
        "class B extends A { z!: number; constructor(public w: number) { super(w + 1); this.z = 5; } }",
      "JSON.stringify(new B(1))",
    ),
  ).toBe('{"x":2,"z":5,"w":1}');
  expect(
    run(
      "function f(x: string): string;\nfunction f(x: unknown) { return <string>x!; }\nconst g = <T,>(x: T): T => x;",
      "g(f('a'))",
    ),
  ).toBe("a");
  expect(
    run(
      "abstract class A { abstract f(): void; g(this: A) { return 1 satisfies number; } }",
      "A.prototype.g()",
    ),
  ).toBe(1);
  expect(
    run("function f(x: unknown): x is string { type T = string; interface I { a: T } return !!x; }", "f(1)"),
  ).toBe(true);
});

test("imports that are types alone are gone, in modules and in CommonJS", () => {
  const source = 'import { type A, B } from "./a.js"; export const f = profile((a: A): B => a as B);';
  const options = { url: "file:///a.ts", file: "a.ts", isTypeScript: true, functions: [] } as const;
  expect(instrument(source, { ...options, kind: "module" })!.code).not.toContain("a.js");
  const commonjs = instrument(source, { ...options, kind: "commonjs" })!;
  expect([commonjs.kind, commonjs.code.includes("exports.f")]).toEqual(["commonjs", true]);
  expect(instrument(source, { ...options, kind: "unknown" })!.kind).toBe("module");
});

test("JavaScript with nothing to measure is left as it is, TypeScript loses its types", () => {
  const options = { url: "file:///a", file: "a", kind: "unknown", functions: [] } as const;
  expect(instrument("function f() {}", { ...options, isTypeScript: false })).toBeUndefined();
  expect(instrument("let x: number;", { ...options, isTypeScript: true })).toMatchObject({
    isMeasured: false,
  });
  const idle = instrument("const f = profile(() => 1);", {
    ...options,
    functions: undefined,
    isTypeScript: true,
  });
  expect(idle!.code).not.toContain("$pm");
});

test("the source map leads from every probe-filled line to the line it was, and to the column", () => {
  const lines = [
    "interface A { x: number }",
    "async function f(a: A): Promise<number> {",
    "  for (const x of [a.x as number]) {",
    "    if (x) continue;",
    "    await g(x);",
    "  }",
    "  return here(a);",
    "}",
  ];
  const code = instrumentedCode(lines.join("\n"), ["f"], true);
  const [text, encoded] = code.split("//# sourceMappingURL=data:application/json;base64,") as [
    string,
    string,
  ];
  const map = new TraceMap(Buffer.from(encoded, "base64").toString());
  expect(map.sources).toEqual(["file:///script.js"]);
  expect(map.sourcesContent).toEqual([lines.join("\n")]);
  for (const what of ["a.x", "g(x)", "here(a)"]) {
    const before = text.slice(0, text.indexOf(what)).split("\n");
    const found = originalPositionFor(map, { line: before.length, column: before.at(-1)!.length });
    const line = lines.findIndex((it) => it.includes(what));
    expect([what, found.line, found.column]).toEqual([what, line + 1, lines[line]!.indexOf(what)]);
  }
  let isMonotonous = true;
  eachMapping(map, (mapping) => {
    if (mapping.originalLine !== null && mapping.originalLine !== mapping.generatedLine) isMonotonous = false;
  });
  expect(isMonotonous).toBe(true);
});

test("what takes a compiler goes to the project's, or is refused where it stands", () => {
  const source = "class A {\n  @profile @other m(x: number) {}\n}";
  const options = {
    url: "file:///a.ts",
    file: "a.ts",
    kind: "module",
    isTypeScript: true,
    functions: [],
  } as const;
  const asked: unknown[] = [];
  const compile = (code: string, kind: object): { code: string; map: object } => {
    asked.push([code.includes("@other"), code.includes("@profile"), kind]);
    return { code: "compiled();", map: { version: 3, sources: [], names: [], mappings: "" } };
  };
  expect(instrument(source, { ...options, compile })!.code).toMatch(/^compiled\(\);/);
  expect(asked).toMatchObject([[true, false, { isTypeScript: true, isRequired: false }]]);
  const error = catchError(() => instrument(source, options));
  expect(error).toBeInstanceOf(ScriptSyntaxError);
  expect(error).toMatchObject({ line: 2, column: 12, message: expect.stringContaining("take a compiler") });
  expect(error.stack).toMatch(
    /^a\.ts:2:12\n {2}@profile @other m\(x: number\) \{\}\n {11}\^\n\nSyntaxError: decorators/,
  );
});

test("a member behind a field without a semicolon stays a member when its decorator goes", () => {
  const source = "class A {\n  x = 2\n  @profile *g() { yield this.x; }\n}";
  const { value } = runInstrumented(source, [], new FakeMemory(), {}, "[...new A().g()][0]");
  expect(value).toBe(2);
});

test("a syntax error has its file, line and column, and points at the place, tabs included", () => {
  const error = catchError(() => instrumentedCode("let a;\n\tlet a;", []));
  expect(error.stack).toBe(
    "script.js:2:6\n\tlet a;\n\t    ^\n\nSyntaxError: Identifier 'a' has already been declared.\n    at script.js:2:6",
  );
});

function catchError(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
