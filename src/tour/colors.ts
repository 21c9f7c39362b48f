// src/tour/colors.ts: the colours that the tour prints with.

import pc from "picocolors";

export type Colors = ReturnType<typeof pc.createColors>;

export function createColors(isWanted: boolean): Colors {
  return pc.createColors(isWanted);
}
