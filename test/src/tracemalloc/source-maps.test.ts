// test/src/tracemalloc/source-maps.test.ts: positions are looked up in source maps, and maps are found, wherever files lie. In whole programs:
// test/system/tracemalloc-positions.test.ts.

import * as nodeModule from "node:module";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type DecodedMap,
  decodeWithNode,
  loadDecoder,
  type NodeModule,
} from "../../../src/tracemalloc/source-map-decoder.js";
import {
  absolute,
  mapUrlOf,
  pathOf,
  type SourceMapPayload,
  SourceMaps,
} from "../../../src/tracemalloc/source-maps.js";

const SOURCE = `interface Unused { a: number }
const x: number = 1;

export function f(a: number): number {
  return a + x;
}
`;
const { code, map } = transformSync(SOURCE, {
  loader: "ts",
  sourcemap: true,
  sourcefile: "../src/a b.ts",
  minifyWhitespace: true,
});
const PAYLOAD = JSON.parse(map) as SourceMapPayload;

const withNode = (payload: SourceMapPayload): DecodedMap =>
  decodeWithNode(nodeModule as unknown as NodeModule, payload);

/** As the files are there, and no others. */
function mapsOf(files: Readonly<Record<string, string>>, decode = withNode): SourceMaps {
  return new SourceMaps((filename) => files[filename], decode);
}

function placeOf(maps: SourceMaps, filename: string, column = code.indexOf("return") + 1): unknown {
  const [frame] = maps.resolveAll([{ functionName: "f", filename, lineno: 1, column }]);
  return [frame?.filename, frame?.lineno, frame?.column];
}

describe("a file's map", () => {
  test.each([
    ["file:///o%20ut/main.mjs", "main.mjs.map", "file:///o%20ut/main.mjs.map", "/src/a b.ts"],
    ["/o #1/main.cjs", "main.cjs.map", "/o #1/main.cjs.map", "/src/a b.ts"],
    ["/100%?/main.cjs", "maps/x.map", "/100%?/maps/x.map", "/100%?/src/a b.ts"],
    ["C:\\out\\main.cjs", "main.cjs.map", "C:/out/main.cjs.map", "C:/src/a b.ts"],
    ["file:///C:/out/main.mjs", "main.mjs.map", "file:///C:/out/main.mjs.map", "C:/src/a b.ts"],
    [
      "https://host/js/main.js?v=1",
      "main.js.map",
      "https://host/js/main.js.map",
      "https://host/src/a%20b.ts",
    ],
    ["https://host/js/main.js", "/maps/1", "https://host/maps/1", "https://host/src/a%20b.ts"],
    ["https://host/main.js", "https://maps/a/1", "https://maps/a/1", "https://maps/src/a%20b.ts"],
  ])("of %s, called %s, is %s", (file, url, location, source) => {
    const maps = mapsOf({ [file]: `${code}//# sourceMappingURL=${url}\n`, [location]: map });
    expect(placeOf(maps, file)).toEqual([source, 5, 3]);
    expect(maps.lineOf(source, 5)).toBe("  return a + x;");
  });

  test.each([
    ["in base64", `data:application/json;base64,${Buffer.from(map).toString("base64")}`],
    [
      "in base64, with letters",
      `data:application/json;charset=utf-8;base64,${Buffer.from(map).toString("base64")}`,
    ],
    ["as text", `data:application/json,${encodeURIComponent(map)}`],
  ])("can be in it %s", (_, url) => {
    expect(placeOf(mapsOf({ "/o/main.js": `${code}//# sourceMappingURL=${url}` }), "/o/main.js")).toEqual([
      "/src/a b.ts",
      5,
      3,
    ]);
  });

  test.each([
    ["is not there", {}],
    ["is no JSON", { "/o/x.map": "<html>" }],
    ["is no object", { "/o/x.map": "null" }],
    ["has no sources", { "/o/x.map": "{}" }],
    ["has no mappings", { "/o/x.map": `{"version":3,"sources":["a"]}` }],
  ])("that %s leaves positions as they are", (_, files) => {
    const text = `${code}//# sourceMappingURL=x.map`;
    const maps = mapsOf({ "/o/main.js": text, ...files });
    expect(placeOf(maps, "/o/main.js", 7)).toEqual(["/o/main.js", 1, 7]);
  });

  test("is the last one that it names, at the beginning of a line", () => {
    expect(mapUrlOf("//# sourceMappingURL=a\nf();//# sourceMappingURL=b\n//@ sourceMappingURL=c\r\n")).toBe(
      "c",
    );
    expect(mapUrlOf("f('//# sourceMappingURL=a')")).toBeUndefined();
    expect(mapUrlOf(undefined)).toBeUndefined();
  });
});

test.each(["file:///100%", "file://[", "<anonymous>", "my code 100%", "a\ud800"])(
  "evaluated code can be called %s",
  (name) => {
    expect(pathOf(name)).toBe(name);
    expect(typeof absolute("a.ts", name)).toBe("string");
    expect(placeOf(mapsOf({}), name, 7)).toEqual([name, 1, 7]);
    expect(placeOf(mapsOf({ [name]: "//# sourceMappingURL=x.map" }), name, 7)).toEqual([name, 1, 7]);
  },
);

test("the library's own sources are nobody's, whoever bundles them", () => {
  const sources = [
    "../node_modules/pymalloc/dist/pymalloc-core-AB12.js",
    "webpack://app/./node_modules/pymalloc/dist/index.js",
    "../../main/dist/pymalloc-core-AB12.js",
    "../pymalloc/src/app.ts",
    "../node_modules/pymalloc-tools/index.js",
  ];
  const shown = sources.filter((source) => {
    const payload = JSON.stringify({ ...PAYLOAD, sources: [source] });
    const maps = mapsOf({ "/o/main.js": "//# sourceMappingURL=1.map", "/o/1.map": payload });
    return maps.resolveAll([{ functionName: "", filename: "/o/main.js", lineno: 1, column: 8 }]).length > 0;
  });
  expect(shown).toEqual(sources.slice(3));
});

test("mappings that make no sense break nothing", async () => {
  const decode = await loadDecoder();
  const mappings = fc.string({
    unit: fc.constantFrom("A", "C", "g", "9", "/", ",", ";", "@", "\0", "ä"),
    maxLength: 40,
  });
  fc.assert(
    fc.property(mappings, fc.constantFrom(withNode, decode), (mappings, decoder) => {
      const files = {
        "/o/main.js": "//# sourceMappingURL=1.map",
        "/o/1.map": JSON.stringify({ ...PAYLOAD, mappings }),
      };
      const [, lineno, column] = placeOf(mapsOf(files, decoder), "/o/main.js", 7) as [
        unknown,
        number,
        number,
      ];
      expect(Number.isInteger(lineno) && Number.isInteger(column)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test("lines end where engines end them", () => {
  const maps = mapsOf({ a: "1\n2\r\n3\r4\u20285\u20296" });
  expect([0, 1, 2, 3, 4, 5, 6, 7].map((lineno) => maps.lineOf("a", lineno))).toEqual([
    ...[undefined, "1", "2", "3", "4", "5", "6", undefined],
  ]);
});

test("both decoders find the same, at any position", async () => {
  const lines = Array.from(
    { length: 5 },
    (_, index) => `export const v${index}: number = f(${index}, "ä");\n\n`,
  );
  const result = transformSync(
    `function f(...a: unknown[]): number { return a.length; }\n${lines.join("")}`,
    {
      loader: "ts",
      sourcemap: true,
      sourcefile: "many.ts",
    },
  );
  const payload = { ...(JSON.parse(result.map) as SourceMapPayload), sourceRoot: "/root" };
  // a line of which the map says nothing, after one of which it does
  const holey = { ...payload, mappings: payload.mappings.replace(/;[^;]+;/, ";;") };
  const decode = await loadDecoder();
  for (const content of [payload, holey]) {
    const [one, other] = [withNode(content), decode(content)];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 60 }), (lineno, column) => {
        expect(one.find(lineno, column)).toEqual(other.find(lineno, column));
      }),
      { numRuns: 500 },
    );
  }
  expect(withNode(payload).find(2, 3)).toMatchObject({
    source: "/root/many.ts",
    content: expect.any(String),
  });
  expect(withNode(holey).find(2, 3)).toBeUndefined();
});
