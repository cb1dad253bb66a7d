import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withSettingsTable } from '../infra/readme/settings-table.ts';

test('the table of settings in the README is the one of the code', async () => {
  const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  expect(readme).toBe(withSettingsTable(readme));
});
