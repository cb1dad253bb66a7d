import { expect, test } from 'vitest';
import { fuzzAll } from './decoders.ts';

test('10,000 inputs to the decoders: no crash, each accepted or rejected with a reason', () => {
  for (const [what, { accepted, rejected }] of Object.entries(fuzzAll(10_000))) {
    expect(accepted, `${what}: accepted`).toBeGreaterThan(0);
    expect(rejected, `${what}: rejected`).toBeGreaterThan(0);
  }
});
