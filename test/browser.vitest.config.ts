import { defineConfig } from 'vitest/config';

/** `npm run test:browser`: opens the report in Debian's Chromium, which `npm ci` does not bring. */
export default defineConfig({
  root: `${import.meta.dirname}/..`,
  test: { include: ['test/cli/report/browser.check.ts'], testTimeout: 90_000, hookTimeout: 120_000 },
});
