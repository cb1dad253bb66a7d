/** `npm run schemas`: writes the JSON Schemas of all messages, for publishers and subscribers in other languages. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FOLDER, schemaFiles } from './files.ts';

for (const [name, text] of Object.entries(await schemaFiles())) await writeFile(join(FOLDER, name), text);
