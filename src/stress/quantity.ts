// src/stress/quantity.ts: whole numbers as people write them: 10e6, 10m, 250k.

const FACTORS: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9 };

/** undefined: it is none. */
export function parseQuantity(text: string): number | undefined {
  const match = /^(\d[\d_,]*(?:\.\d+)?(?:e\d+)?)([kmg]?)$/i.exec(text.trim());
  if (match === null) return undefined;
  // 0.3m is 299999.99999999994 otherwise
  const value = Number(
    (Number(match[1]!.replaceAll(/[_,]/g, "")) * FACTORS[match[2]!.toLowerCase()]!).toPrecision(15),
  );
  return Number.isSafeInteger(value) ? value : undefined;
}
