import { defineConfig } from 'vitest/config';

/** `npm run test:crash`: real processes are killed and started again, so it takes minutes. */
export default defineConfig({
  root: `${import.meta.dirname}/../..`,
  test: {
    include: ['test/crash/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
