// src/profile/size-text.ts: bytes and times as people read them.

export const UNITS = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;
export type Unit = keyof typeof UNITS;

/** In that unit: bytes exactly, with commas between thousands; larger ones with three digits behind the point. */
export function sizeText(bytes: number, unit: Unit): string {
  const digits = unit === "B" ? 0 : 3;
  const size = (bytes / UNITS[unit]).toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${size === "-0" ? "0" : size} ${unit}`;
}

/** The largest unit in which it is at least 1. */
export function fittingUnit(bytes: number): Unit {
  const names = Object.keys(UNITS) as Unit[];
  return names.findLast((name) => Math.abs(bytes) >= UNITS[name]) ?? "B";
}

export function msText(ms: number): string {
  return `${ms.toLocaleString("en-US", { minimumFractionDigits: 3, maximumFractionDigits: 3 })} ms`;
}
