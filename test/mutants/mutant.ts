import type { Check } from './checks.ts';

/** One way to break the code on purpose, and what must notice. */
export interface Mutant {
  /** What it leaves out: a rule of DESIGN.md, or a step of a service there. */
  rule: string;
  name: string;
  /** `find` occurs once in its file. */
  edits: [file: string, find: string, replace: string][];
  check: Check;
}

/** Where a promise is kept by several parts together. */
export const SIMULATION: Check = { simulations: 100 };
