import { defineConfig } from 'vitest/config';
import every from './vitest.config.ts';

/** Every command as a process, X and BigQuery away and back, requests of 100,000 parents: minutes, therefore apart. */
export default defineConfig({
  ...every,
  test: { ...every.test, include: ['test/**/*.long.test.ts'], exclude: [] },
});
