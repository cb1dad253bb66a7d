/** `npm run readme`: puts the table of settings into README.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withSettingsTable } from './settings-table.ts';

const file = join(import.meta.dirname, '..', '..', 'README.md');
await writeFile(file, withSettingsTable(await readFile(file, 'utf8')));
