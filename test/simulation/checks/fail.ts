/** Reports a promise that is broken. The first one ends the simulation. */
export type Fail = (promise: string, what: string) => void;
