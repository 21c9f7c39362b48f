import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GraphFormatError } from "../../../src/graph/graph-format-error.js";
import { decodeGraph, graphName, readGraph } from "../../../src/graph/ogr1.js";
import { HEADER_FIELDS, type HeaderField, placeOf, setField, writeOgr1 } from "../../support/ogr1-writer.js";
import { ONE_OF_EACH, ONE_OF_EACH_ANSWERS } from "../../support/small-graphs.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ogr1-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The error that decoding gives; fails the test if there is none. */
function faultOf(bytes: Uint8Array): GraphFormatError {
  try {
    decodeGraph(bytes, "small.ogr");
  } catch (error) {
    expect(error).toBeInstanceOf(GraphFormatError);
    return error as GraphFormatError;
  }
  throw new Error("the damaged graph was accepted");
}

async function fileFaultOf(bytes: Uint8Array): Promise<GraphFormatError> {
  const file = join(folder, "damaged.ogr.gz");
  await writeFile(file, bytes);
  const fault: unknown = await readGraph(file).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(GraphFormatError);
  return fault as GraphFormatError;
}

describe("a right graph", () => {
  test("gives its nodes, its edges and its answers", () => {
    const graph = decodeGraph(writeOgr1(ONE_OF_EACH), "dir/small.ogr.gz");
    expect(graph).toMatchObject({
      name: "small",
      nodes: 12,
      edges: 19,
      dropRoot: 0,
      answers: ONE_OF_EACH_ANSWERS,
      recorded: { python: "CPython 3.11.7, x86-64", liveCollectMs: 4.5, garbageCollectMs: 5.5 },
    });
    expect([...graph.targets.subarray(graph.offsets[4], graph.offsets[5])]).toEqual([5, 6, 10]);
    expect([...graph.refcounts.subarray(0, 4)]).toEqual([2, 1, 1, 2]);
    expect(graph.outsideReferences[10]).toBe(1_000_000_000);
    expect(graph.refcounts[11]).toBe(0xffff_ffff);
    expect(graph.sizes[3]).toBe(28);
  });

  test("is read from plain and gzipped files alike, wherever its arrays start", async () => {
    for (const padding of [0, 1, 2, 3]) {
      const bytes = writeOgr1(ONE_OF_EACH, { padding });
      const file = join(folder, `padded-${padding}.ogr.gz`);
      for (const content of [bytes, gzipSync(bytes)]) {
        await writeFile(file, content);
        const graph = await readGraph(file);
        expect([graph.name, graph.nodes, graph.targets[2]]).toEqual([`padded-${padding}`, 12, 8]);
      }
    }
  });

  test("may have no edges, and metadata without statistics", () => {
    const bytes = writeOgr1([{ to: [], outside: 1, isTracked: true }], { meta: { stats: undefined } });
    expect(decodeGraph(bytes, "x").edges).toBe(0);
  });

  test("that CPython's collector was not asked about has the recorder's answer", () => {
    const bytes = writeOgr1(ONE_OF_EACH, { meta: { cpython: undefined } });
    expect(decodeGraph(bytes, "x").answers).toEqual(ONE_OF_EACH_ANSWERS);
  });

  test("is named after its file", () => {
    expect(["a/b.ogr.gz", "b.ogr", "b.gz"].map(graphName)).toEqual(["b", "b", "b.gz"]);
  });
});

describe("refused, saying where:", () => {
  const fields: [HeaderField, number, RegExp][] = [
    ["magic", 0x31525441, /no OGR1 graph starts here/],
    ["version", 2, /version 2 is not known; convert/],
    ["nodes", 13, /truncated: the file ends in its kinds, 14 bytes early for 13 nodes and 19 edges/],
    ["nodes", 11, /14 bytes follow the last of 11 nodes/],
    ["nodes", 0xffff_ffff, /truncated/],
    ["nodes", 0, /dropRoot is node 0, but there are 0 nodes/],
    ["edges", 20, /truncated/],
    ["kindCount", 3, /kindCount = 3, but the metadata has 2 kinds/],
    ["metaLen", 1, /dataOffset \d+ is not 64 \+ metaLen 1/],
    ["dropRoot", 12, /dropRoot is node 12, but there are 12 nodes/],
    ["dropRoot", 1, /metadata says dropRoot = 0, but the graph has 1/],
    ["nodesInCycles", 7, /nodesInCycles = 7, but 2 nodes have the flag/],
  ];
  test.each(fields)("header field %s = %i", (name, value, message) => {
    const bytes = writeOgr1(ONE_OF_EACH);
    setField(bytes, name, value);
    expect(faultOf(bytes).message).toMatch(message);
  });

  test("arrays that start elsewhere than the header says", () => {
    const bytes = writeOgr1(ONE_OF_EACH);
    setField(bytes, "dataOffset", 64);
    expect(faultOf(bytes)).toMatchObject({ offset: HEADER_FIELDS.dataOffset, file: "small.ogr" });
  });

  const words: ["offsets" | "targets" | "refcounts", number, number, RegExp][] = [
    ["offsets", 0, 1, /references of node 0 start at 1/],
    ["offsets", 3, 2, /references of node 2 end at 2, before their start/],
    ["offsets", 12, 20, /references of the last node end at 20, but there are 19 edges/],
    ["targets", 5, 12, /edge 5 is to node 12, but there are 12 nodes/],
    ["refcounts", 5, 0, /node 5 has reference count 0/],
    ["refcounts", 4, 2, /node 4 has reference count 2, but 3 edges to it/],
    ["refcounts", 4, 4, /flags of node 4 disagree with its 1 references from outside/],
  ];
  test.each(words)("%s[%i] = %i", (array, index, value, message) => {
    const bytes = writeOgr1(ONE_OF_EACH);
    const place = placeOf(ONE_OF_EACH, bytes, array, index);
    new DataView(bytes.buffer).setUint32(place, value, true);
    const fault = faultOf(bytes);
    expect(fault.message).toMatch(message);
    if (value !== 4) expect(fault.offset).toBe(place);
  });

  const marks: ["kinds" | "flags", number, number, RegExp][] = [
    ["kinds", 0, 2, /node 0 is of kind 2, but there are 2 kinds/],
    ["kinds", 0, 1, /metadata says kinds\[0\] = \["kind0",9\], but 8 nodes/],
    ["flags", 3, 0x10, /node 3 has flags 0x10/],
    ["flags", 9, 1, /flags of node 9 disagree with its 1 references/],
    ["flags", 3, 1, /stats.gcTracked = 8, but the graph has 9/],
    ["flags", 3, 8, /stats.withoutDropRootEdges.nodesInCycles = 2, but the graph has 3/],
  ];
  test.each(marks)("%s[%i] = %i", (array, index, value, message) => {
    const bytes = writeOgr1(ONE_OF_EACH);
    bytes[placeOf(ONE_OF_EACH, bytes, array, index)] = value;
    expect(faultOf(bytes).message).toMatch(message);
  });

  const metas: [string, Record<string, unknown>, RegExp][] = [
    ["no kinds", { kinds: undefined }, /the metadata has no kinds/],
    ["another number of nodes", { stats: { nodes: 9 } }, /stats.nodes = 9, but the graph has 12/],
    ["other sizes", { stats: { bytes: 9 } }, /stats.bytes = 9/],
    ["no answer", { stats: {}, cpython: {} }, /no cpython.drop.gcCollectReturned/],
    ["an answer that is none", { cpython: { drop: { gcCollectReturned: "many" } } }, /gcCollectReturned/],
  ];
  test.each(metas)("metadata with %s", (_, meta, message) => {
    expect(faultOf(writeOgr1(ONE_OF_EACH, { meta })).message).toMatch(message);
  });

  test("metadata that is not JSON, or no object", () => {
    const broken = writeOgr1(ONE_OF_EACH);
    broken[64] = 0x5b;
    expect(faultOf(broken)).toMatchObject({ offset: 64 });
    const list = writeOgr1(ONE_OF_EACH, { padding: 0 });
    const end = new DataView(list.buffer).getUint32(HEADER_FIELDS.dataOffset, true);
    list.fill(0x20, 64, end);
    list.set(new TextEncoder().encode("[]"), 64);
    expect(faultOf(list).message).toContain("not a JSON object");
  });

  test("a file cut off anywhere, gzipped or not", async () => {
    const bytes = writeOgr1(ONE_OF_EACH);
    for (let length = 0; length < bytes.length; length += 1) faultOf(bytes.subarray(0, length));
    const packed = gzipSync(bytes);
    for (let length = 2; length < packed.length; length += 7) await fileFaultOf(packed.subarray(0, length));
    expect((await fileFaultOf(packed.subarray(0, 100))).message).toMatch(
      /damaged at or before.*fetch or copy/,
    );
  });

  test("a file with something behind it", async () => {
    const bytes = writeOgr1(ONE_OF_EACH);
    expect(faultOf(new Uint8Array([...bytes, 0])).message).toContain("1 bytes follow");
    expect((await fileFaultOf(Buffer.concat([gzipSync(bytes), Buffer.alloc(5)]))).message).toContain(
      "follow",
    );
  });

  test("or accepted, but never failed on: any damage", () => {
    const bytes = writeOgr1(ONE_OF_EACH);
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, (changes) => {
        const damaged = bytes.slice();
        for (const [place, value] of changes) damaged[place] = value;
        try {
          decodeGraph(damaged, "small.ogr");
        } catch (error) {
          expect(error).toBeInstanceOf(GraphFormatError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
