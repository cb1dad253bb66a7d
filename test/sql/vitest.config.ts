import { defineConfig } from 'vitest/config';

/** Apart from `npm test`: these checks need Google's engine, 340 MB that nothing else needs. */
export default defineConfig({
  root: `${import.meta.dirname}/../..`,
  test: {
    include: ['test/sql/**/*.check.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
