// test/src/export/heap-profile.test.ts: .heapprofile is what the DevTools protocol publishes, and what Node's own profiler writes.

import { type HeapProfiler, Session } from "node:inspector";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type HeapProfile, type HeapProfileNode, toHeapProfile } from "../../../src/export/heap-profile.js";
import {
  bytesOf,
  largeProfile,
  profileOf,
  profiles,
  SMALL,
  total,
} from "../../support/allocation-profiles.js";
import { validatorOf } from "../../support/devtools-schema.js";

const isHeapProfile = validatorOf("HeapProfiler.SamplingHeapProfile");

/** All nodes, however deep. */
function nodesOf({ head }: HeapProfile): HeapProfileNode[] {
  const nodes = [head];
  for (const node of nodes) nodes.push(...node.children);
  return nodes;
}

test("the profiler of this Node and toHeapProfile write the same fields, and both are the protocol's type", async () => {
  const session = new Session();
  session.connect();
  const post = (method: string): Promise<unknown> =>
    new Promise((resolve, reject) =>
      session.post(method, {}, (error, result) => (error ? reject(error) : resolve(result))),
    );
  await post("HeapProfiler.startSampling");
  const kept = Array.from({ length: 10_000 }, (_, index) => [index]);
  const { profile } = (await post("HeapProfiler.stopSampling")) as HeapProfiler.StopSamplingReturnType;
  session.disconnect();
  expect(kept.length).toBe(10_000);
  expect(isHeapProfile(profile), JSON.stringify(isHeapProfile.errors)).toBe(true);
  const own: HeapProfiler.SamplingHeapProfile = toHeapProfile(SMALL) as never;
  expect(isHeapProfile(own), JSON.stringify(isHeapProfile.errors)).toBe(true);
  expect(Object.keys(own)).toEqual(Object.keys(profile));
  expect(own.head.callFrame).toEqual(profile.head.callFrame);
  expect(Object.keys(own.head)).toEqual(Object.keys(profile.head));
  expect(Object.keys((own as unknown as HeapProfile).samples[0]!)).toEqual(
    Object.keys((profile as unknown as HeapProfile).samples[0]!),
  );
});

test("calls are nodes below the calls that made them, each place once, its lines and columns from 0", () => {
  const { head, samples } = toHeapProfile(SMALL);
  const place = (functionName: string, line: number, column: number) => ({
    functionName,
    scriptId: "1",
    url: "app.js",
    lineNumber: line,
    columnNumber: column,
  });
  const load = { callFrame: place("load", 9, 4), children: [] };
  expect(head).toMatchObject({
    selfSize: 0,
    children: [
      { callFrame: place("main", 2, 0), selfSize: 100, children: [{ ...load, selfSize: 4096 }] },
      { callFrame: place("main", 3, 0), selfSize: 0, children: [{ ...load, selfSize: 100 }] },
      {
        callFrame: {
          functionName: "(unknown)",
          scriptId: "0",
          url: "",
          lineNumber: -1,
          columnNumber: -1,
        },
        selfSize: 8,
        children: [],
      },
    ],
  });
  expect(samples.map(({ size, ordinal }) => [size, ordinal])).toEqual([
    [100, 1],
    [4096, 2],
    [64, 3],
    [36, 4],
    [8, 5],
  ]);
  expect(samples[2]!.nodeId).toBe(samples[3]!.nodeId);
});

test("an empty profile is a root alone", () => {
  const empty = toHeapProfile(profileOf());
  expect(isHeapProfile(empty)).toBe(true);
  expect(empty).toMatchObject({ head: { selfSize: 0, children: [] }, samples: [] });
});

test("of any profile, no byte is lost, ids are unique, and samples are those of their nodes", () => {
  fc.assert(
    fc.property(profiles, (profile) => {
      const written = JSON.parse(JSON.stringify(toHeapProfile(profile))) as HeapProfile;
      expect(isHeapProfile(written), JSON.stringify(isHeapProfile.errors)).toBe(true);
      const nodes = nodesOf(written);
      expect(total(nodes.map(({ selfSize }) => selfSize))).toBe(bytesOf(profile));
      expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
      const sizes = new Map(nodes.map(({ id }) => [id, 0]));
      for (const { nodeId, size } of written.samples) sizes.set(nodeId, sizes.get(nodeId)! + size);
      expect([...sizes]).toEqual(nodes.map(({ id, selfSize }) => [id, selfSize]));
      const names = new Set(nodes.map(({ callFrame }) => callFrame.functionName));
      for (const { frames } of profile.samples)
        for (const { functionName } of frames) expect(names).toContain(functionName);
    }),
  );
});

test("a hundred thousand samples, a hundred calls deep, are a tree of their places", () => {
  const profile = largeProfile(100_000, 100);
  const written = toHeapProfile(profile);
  const nodes = nodesOf(written);
  expect(written.samples.length).toBe(100_000);
  expect(total(nodes.map(({ selfSize }) => selfSize))).toBe(bytesOf(profile));
  expect(nodes.length).toBe(1 + 99 + 100); // the root, the trunk but for its last, one leaf a length
});
