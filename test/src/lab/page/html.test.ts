import { describe, expect, test } from "vitest";
import { anchorOf, toHtml } from "../../../../src/lab/page/html.js";
import type { SweepResult } from "../../../../src/lab/sweep/result.js";
import { fakeSource } from "../../../support/fake-allocator.js";
import { smallSweep, smallTrace, strategyOf, workloadOf } from "../../../support/sweeps.js";

const NASTY = `</script><b>"&'`;

const result = await smallSweep(
  { rounds: 2 },
  [
    strategyOf(fakeSource("a")),
    strategyOf(fakeSource(NASTY)),
    strategyOf(fakeSource("none", () => ({ malloc: () => 0 }))),
  ],
  [workloadOf({ ...smallTrace("v"), name: NASTY })],
);

function embedded(html: string): SweepResult {
  const [, json] = /<script type="application\/json" id="result">(.*?)<\/script>/s.exec(html)!;
  return JSON.parse(json!) as SweepResult;
}

describe("the page of a sweep", () => {
  test("holds all that was measured, and its script", () => {
    const html = toHtml(result, "draw()");
    const [first, second] = embedded(html).cells;
    expect(first).toEqual(result.cells[0]);
    // of the others, where memory grew
    expect(second).toMatchObject({ ...result.cells[1], memory: expect.anything() });
    const curve = result.cells[1]!.memory!.curve;
    expect(second!.memory!.curve).toEqual([curve[0], curve.at(-1)]);
    expect({ ...embedded(html), cells: [] }).toEqual({ ...result, cells: [] });
    expect(html).toContain("<script>draw()</script>");
  });

  test("keeps names text, whatever they are", () => {
    const html = toHtml(result, "const end = '</script>';");
    expect(html).not.toContain("<b>\"&'");
    expect(html).toContain("&lt;/script&gt;&lt;b&gt;&quot;&amp;&#39;");
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).toContain(`<section id="${anchorOf(NASTY)}"`);
    expect(anchorOf(NASTY)).toMatch(/^[a-z-]+$/);
  });

  test("asks no network for anything", () => {
    const html = toHtml(result, "");
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/(?:src|href)="(?!#)/);
  });

  test("says plainly what is missing, interrupted, or a part", () => {
    const html = toHtml({ ...result, isInterrupted: true, plan: { ...result.plan, shardCount: 3 } }, "");
    expect(html).toContain("Interrupted");
    expect(html).toContain("failed: none on");
    expect(html).toContain("shard 1 of 3 alone");
  });

  test("stands without ratios, memory and noise", () => {
    const cells = result.cells.map((cell) => ({
      ...cell,
      memory: null,
      time: { ...cell.time, ratio: null },
    }));
    const html = toHtml({ ...result, cells, noise: [] }, "");
    expect(html).toContain("<td>–</td>");
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
    expect(toHtml({ ...result, cells: [], noise: [] }, "")).toContain("Overview");
  });
});
