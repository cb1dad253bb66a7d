import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import standalone from 'ajv/dist/standalone/index.js';
import type { Plugin } from 'esbuild';
import { ajv } from '../../shared/messages/compile.ts';

const MESSAGES = join(import.meta.dirname, '..', '..', 'shared', 'messages');

/**
 * Puts the functions that Ajv makes of our schemas in the place of Ajv itself, so that a cold start neither loads it
 * nor compiles: https://ajv.js.org/standalone.html
 */
export const compiledSchemas: Plugin = {
  name: 'compiled-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]shared[\\/]messages[\\/]compile\.ts$/ }, async () => ({
      contents: await compiled(),
      resolveDir: MESSAGES,
    }));
  },
};

async function compiled(): Promise<string> {
  // Each message module compiles its schemas when it is imported.
  for (const file of await readdir(MESSAGES)) await import(join(MESSAGES, file));
  const ids = Object.keys(ajv.refs);
  const names = Object.fromEntries(ids.map((id, index) => [`compiled${index}`, id]));
  const table = ids.map((id, index) => `${JSON.stringify(id)}: compiled${index}`);
  return `
    import { isIsoTime } from './iso-time.ts';
    const formats = { 'iso-time': { validate: isIsoTime } };
    ${standalone.default(ajv, names)}
    const compiled = { ${table.join(', ')} };
    export const compile = ({ $id }) => compiled[$id];`;
}
