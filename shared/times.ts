/** Lengths of time, and the UTC days that times lie in; all in milliseconds (since 1970-01-01 UTC). */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Start of the UTC day that `ms` lies in. */
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;

export const isoOf = (ms: number): string => new Date(ms).toISOString();
