import { expect, test } from "vitest";
import { createColors } from "../../../src/tour/colors.js";
import { format, Stage, wrap } from "../../../src/tour/stage.js";

function play(width: number, run: (stage: Stage) => void): { lines: string[]; stage: Stage } {
  const lines: string[] = [];
  const stage = new Stage({ print: (line) => lines.push(line), colors: createColors(false), width });
  run(stage);
  return { lines, stage };
}

test("what is shown is the source of what was run, and what it gave", () => {
  let ran = 0;
  const { lines, stage } = play(110, (stage) => {
    const value = stage.step("ran += 1", () => ++ran);
    expect(value).toBe(1);
  });
  expect(ran).toBe(1);
  expect(lines).toEqual([`  ran += 1                  ++ran${" ".repeat(39)}→ 1`]);
  expect(stage.records).toEqual([{ python: "ran += 1", code: ["++ran"], result: "1" }]);
});

test("where there is no room beside, Python stands above and results below", () => {
  const long = "x".repeat(60);
  const { lines } = play(80, (stage) => stage.step("a line of Python", () => long + long.slice(0, 5)));
  expect(lines[0]).toBe("  a line of Python");
  expect(lines.at(-1)).toBe(`      → "${long}xxxxx"`);
  for (const line of lines.slice(0, -1)) expect(line.length).toBeLessThanOrEqual(80);
});

test("between paragraphs, pictures and titles stands one empty line", () => {
  const { lines } = play(110, (stage) => {
    stage.title("1/2", "a", "A");
    stage.say("text");
    stage.draw(["picture"]);
    stage.step("", () => 1);
    stage.title("2/2", "b", "B");
  });
  expect(lines.join("\n")).not.toMatch(/\n\n\n/);
  expect(lines.filter((line) => line === "")).toHaveLength(6);
});

test("results are told in a few characters", () => {
  expect([undefined, 1234, "a", null, true, [1, 2, 3, 4, 5], class Node {}].map(format)).toEqual([
    "",
    "1,234",
    '"a"',
    "null",
    "true",
    "[1, 2, 3, 4, … 5 in all]",
    "class Node",
  ]);
});

test("words are wrapped, none lost", () => {
  const text = "one two three four five six seven";
  expect(wrap(text, 12)).toEqual(["one two", "three four", "five six", "seven"]);
  expect(wrap("unbreakablewordthatislong a", 5)).toEqual(["unbreakablewordthatislong", "a"]);
});
