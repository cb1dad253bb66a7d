import type { KnownFault } from '../known-faults.ts';

/** Reports a promise that is broken, and the fault that is known to break it so. The first one ends the simulation. */
export type Fail = (promise: string, what: string, known?: KnownFault) => void;
