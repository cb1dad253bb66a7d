/** `npm run readme`: puts the table of settings into the operator's document of them. */
import { readFile, writeFile } from 'node:fs/promises';
import { SETTINGS_FILE, withSettingsTable } from './settings-table.ts';

await writeFile(SETTINGS_FILE, withSettingsTable(await readFile(SETTINGS_FILE, 'utf8')));
