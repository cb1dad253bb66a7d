import { defineConfig } from 'vitest/config';

/** `npm run test:conformance`: what the vendors' pages say, asked of our stand-ins or of another endpoint. */
export default defineConfig({
  root: `${import.meta.dirname}/../..`,
  test: {
    include: ['test/contract/*/*.test.ts'],
    maxWorkers: 2,
    // The shortest ack deadline that Pub/Sub allows is 10 s.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
