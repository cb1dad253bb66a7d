import { expect } from 'vitest';

/** Waits for a value to become what is expected; the limit leaves room for a machine that is busy. */
export const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 100_000, interval: 20 });
