import type { Check } from './checks.ts';

/** One way to break the code on purpose, and what must notice. `find` occurs once in its file. */
export interface Mutant {
  name: string;
  edits: { file: string; find: string; replace: string }[];
  check: Check;
}

/** Where a promise is kept by several parts together. */
export const SIMULATION: Check = { simulations: 100 };
