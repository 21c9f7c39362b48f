// src/lab/page/client/palette.ts: a colour and a dash for each strategy, told apart by people who see colours differently.
// Source: M. Okabe, K. Ito, Color Universal Design, 2008; its yellow, too light on white, and its black are left out.

import type { SweepResult } from "../../sweep/result.js";

const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
const DASHES = ["solid", "dashed", "dotted"] as const;
const SYMBOLS = ["circle", "rect", "triangle", "diamond"] as const;
const FLOOR_COLOR = "#8a8f98";

export interface Look {
  readonly color: string;
  readonly dash: (typeof DASHES)[number];
  readonly symbol: string;
}

/** By strategy; floors are grey. */
export function looksOf({ strategies }: SweepResult): ReadonlyMap<string, Look> {
  let rivals = 0;
  let floors = 0;
  return new Map(
    strategies.map(({ name, isFloor }) => {
      const index = isFloor ? floors++ : rivals++;
      const turn = isFloor ? index : Math.floor(index / COLORS.length);
      const color = isFloor ? FLOOR_COLOR : COLORS[index % COLORS.length]!;
      return [name, { color, dash: DASHES[turn % DASHES.length]!, symbol: SYMBOLS[turn % SYMBOLS.length]! }];
    }),
  );
}

/** Of a strategy that the result's list does not have. */
export const FALLBACK_LOOK: Look = { color: FLOOR_COLOR, dash: "solid", symbol: "circle" };
