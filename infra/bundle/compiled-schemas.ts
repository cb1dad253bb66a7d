import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type { Plugin } from 'esbuild';
import { ajv } from '../../shared/messages/compile.ts';

const MESSAGES = join(import.meta.dirname, '..', '..', 'shared', 'messages');

/**
 * Puts the functions that Ajv makes of our schemas in the place of Ajv itself, so that a cold start neither loads it
 * nor compiles: https://ajv.js.org/standalone.html. Of the schemas themselves it leaves the ids.
 */
export const compiledSchemas: Plugin = {
  name: 'compiled-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]shared[\\/]messages[\\/]compile\.ts$/ }, async () => ({
      contents: await compiled(),
      resolveDir: MESSAGES,
    }));
    onLoad({ filter: /[\\/]shared[\\/]messages[\\/]schemas[\\/][\w-]+\.ts$/ }, async ({ path }) => ({
      contents: idsOnly(await import(path)),
    }));
  },
};

async function compiled(): Promise<string> {
  // Each message module compiles its schemas when it is imported.
  for (const file of await readdir(MESSAGES)) if (file.endsWith('.ts')) await import(join(MESSAGES, file));
  const ids = Object.keys(ajv.refs);
  const names = Object.fromEntries(ids.map((id, index) => [`compiled${index}`, id]));
  const table = ids.map((id, index) => `${JSON.stringify(id)}: compiled${index}`);
  return `
    import { isIsoTime } from './iso-time.ts';
    const formats = { 'date-time': { validate: isIsoTime } };
    ${standalone.default(undescribed(ids), names)}
    const compiled = { ${table.join(', ')} };
    export const compile = ({ $id }) => compiled[$id];`;
}

/** What is said to people is no part of what is compiled, but Ajv writes a schema out where it refers to it. */
function undescribed(ids: string[]): Ajv {
  const anew = new Ajv({ ...ajv.opts, formats: ajv.formats });
  const isSaid = (key: string, value: unknown) =>
    (key === 'title' || key === 'description') && typeof value === 'string';
  for (const id of ids) {
    const said = JSON.stringify(ajv.getSchema(id)?.schema, (key, value) =>
      isSaid(key, value) ? undefined : value,
    );
    anew.compile(JSON.parse(said));
  }
  return anew;
}

/** A module of schemas as it is read where schemas are compiled already: by their ids. The rest stays, where it is used. */
function idsOnly(module: Record<string, unknown>): string {
  const constants = Object.entries(module).flatMap(([name, exported]) => {
    const { $id } = exported as { $id?: string };
    const json = JSON.stringify($id === undefined ? exported : { $id });
    return json === undefined ? [] : `export const ${name} = ${json};`;
  });
  return constants.join('\n');
}
