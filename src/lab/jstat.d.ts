// src/lab/jstat.d.ts: what we use of jstat, which comes without types.

declare module "jstat" {
  export const studentt: {
    /** The value that Student's t with `degrees` of freedom stays below with the given probability. */
    inv(probability: number, degrees: number): number;
  };
}
