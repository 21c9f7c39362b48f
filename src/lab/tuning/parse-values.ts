// src/lab/tuning/parse-values.ts: values of a tunable as people write them: `4k..64k`, each the double of the one before; `8,16`; `linear`.

import { LINEAR, TunableError, type TunableName } from "./tunables.js";

/** @throws {TunableError} if the text is none of these. */
export function parseValues(tunable: TunableName, text: string): number[] {
  const values = text.split(",").flatMap((part) => {
    const [first, last, ...more] = part.split("..").map((value) => parseValue(tunable, value));
    if (more.length > 0) throw new TunableError(tunable, part, "give one value, or two with .. between");
    if (last === undefined) return [first!];
    if (!(first! <= last) || last === LINEAR) {
      throw new TunableError(tunable, part, "give the smaller value first, such as 4k..64k");
    }
    const doublings = [first!];
    while (doublings.at(-1)! * 2 <= last) doublings.push(doublings.at(-1)! * 2);
    return doublings;
  });
  return [...new Set(values)];
}

function parseValue(tunable: TunableName, text: string): number {
  if (text === "linear" && tunable === "classesPerDoubling") return LINEAR;
  const match = /^(\d+)(k?)$/i.exec(text.trim());
  if (match === null) throw new TunableError(tunable, text, "not a number of bytes, such as 512 or 4k");
  const value = Number(match[1]) * (match[2] === "" ? 1 : 1024);
  if (value === 0) throw new TunableError(tunable, text, "not more than 0");
  return value;
}
