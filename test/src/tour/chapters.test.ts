import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { createHeapSync } from "../../../src/embedded.js";
import { CHAPTERS } from "../../../src/tour/chapters.js";
import { createColors } from "../../../src/tour/colors.js";
import { Stage } from "../../../src/tour/stage.js";
import { claims, runShown } from "../../support/shown-program.js";

const FOLDER = fileURLToPath(new URL("../../../src/tour", import.meta.url));

describe.each(CHAPTERS.map((chapter) => [chapter.name, chapter] as const))("%s", (_, chapter) => {
  test.each([80, 104, 120])("fits into %i columns, and leaves its heap whole", (width) => {
    const lines: string[] = [];
    const heap = createHeapSync();
    const stage = new Stage({ print: (line) => lines.push(line), colors: createColors(false), width });
    chapter.play(stage, heap);
    stage.end();
    expect(lines.filter((line) => line.length > width)).toEqual([]);
    expect(lines.join("\n")).not.toMatch(/\n\n\n/);
    heap.verify();
  });

  test("the code that is shown is a program, and gives what is shown", () => {
    const stage = new Stage({ print: () => {}, colors: createColors(false), width: 110 });
    chapter.play(stage, createHeapSync());
    expect(runShown(stage.records)).toEqual(claims(stage.records));
  });
});

test("a name that the code is shown to bind is the constant's that takes what it gives", () => {
  const text = readdirSync(FOLDER)
    .map((file) => readFileSync(`${FOLDER}/${file}`, "utf8"))
    .join("");
  const calls = text.match(/stage\.bind\(/g)!;
  expect(text.match(/const (\w+) = stage\.bind\(\s*"[^"]*",\s*"\1"/g)).toHaveLength(calls.length);
});
