import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject } from 'ajv';
import { describe, expect, test } from 'vitest';
import { FOLDER, schemaFiles } from '../../infra/schemas/files.ts';
import { decodeAnnouncementRequest } from '../../shared/messages/announcement-request.ts';
import { ajv } from '../../shared/messages/compile.ts';
import { type DispatchRequest, decodeDispatchRequest } from '../../shared/messages/dispatch-request.ts';
import { readGrandparent } from '../../shared/messages/grandparent.ts';
import { decodeMetadataRequest, type MetadataRequest } from '../../shared/messages/metadata-request.ts';
import { decodePageRequest, type PageRequest } from '../../shared/messages/page-request.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (...path: string[]) => readFileSync(join(...path), 'utf8');
const names = readdirSync(FOLDER).filter((file) => file.endsWith('.schema.json'));

/** As another program reads the files: strict, and with no idea of our formats. */
function validator(name: string) {
  const strict = new Ajv({ strict: true, allowUnionTypes: true, formats: { 'date-time': true } });
  return strict.compile(JSON.parse(read(FOLDER, `${name}.schema.json`)));
}

/** Each part of a schema that describes a value, with the way to it. */
function valuesIn(schema: AnySchemaObject, way: string): [way: string, value: AnySchemaObject][] {
  const properties = Object.entries<AnySchemaObject>(schema.properties ?? {});
  const items = schema.items ? valuesIn(schema.items, `${way}[]`).slice(1) : [];
  return [
    [way, schema],
    ...items,
    ...properties.flatMap(([name, property]) => valuesIn(property, `${way}.${name}`)),
  ];
}

describe('the schema files', () => {
  test('are those of all schemas that the services validate with, word by word', async () => {
    const files = Object.fromEntries(names.map((name) => [name, read(FOLDER, name)]));
    expect(files, 'npm run schemas').toEqual(await schemaFiles());
    const published = Object.values(files).map((text) => JSON.parse(text));
    for (const [id, of] of Object.entries(ajv.refs)) {
      const { $schema, ...schema } = published.find(({ $id }) => $id === id);
      expect(schema).toEqual((of as { schema: AnySchemaObject }).schema);
    }
    expect(names.length).toBeGreaterThan(3);
  });

  test.each(names)('%s is a valid JSON Schema with a versioned $id, and describes each field', (name) => {
    const schema: AnySchemaObject = JSON.parse(read(FOLDER, name));
    const plain = new Ajv();
    expect(plain.validateSchema(schema), JSON.stringify(plain.errors)).toBe(true);
    expect(schema.$id).toMatch(/^dodo\/[a-z-]+\/\d+$/);
    for (const [way, { description }] of valuesIn(schema, schema.title))
      expect(description, way).toMatch(/\.$/);
    expect(read(FOLDER, 'README.md')).toContain(`(${name})`);
  });
});

describe('the examples that documents show', () => {
  const NOW = Date.parse('2026-11-27T12:00:00Z');
  const DECODERS: Record<string, (json: unknown) => unknown> = {
    'dispatch-request': (json) => decodeDispatchRequest(json, NOW),
    'announcement-request': decodeAnnouncementRequest,
    'page-request': decodePageRequest,
    'metadata-request': decodeMetadataRequest,
    grandparent: (json) => {
      const { errors } = readGrandparent(json as Record<string, unknown>);
      if (errors.length > 0) throw new Error(errors.join());
    },
  };
  const sections = read(FOLDER, 'README.md').split(/^## /m).slice(1);
  const shown = sections.flatMap((section) => {
    const [heading = ''] = section.split('\n');
    return [...section.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) => [heading, json] as const);
  });
  const published = globSync('{,infra/**/}*.md', { cwd: ROOT }).flatMap((file) =>
    [...read(ROOT, file).matchAll(/--message='(\{.*?\})'/g)].map(
      ([, json = '']) => ['dispatch-request', json] as const,
    ),
  );

  test('are found, at least one for each file', () => {
    expect([...new Set(shown.map(([name]) => `${name}.schema.json`))].sort()).toEqual(names);
    expect(published).not.toEqual([]);
  });

  test.each([...shown, ...published])('%s: %s', (name, json) => {
    const validate = validator(name);
    const message = JSON.parse(json);
    expect(validate(message), JSON.stringify(validate.errors)).toBe(true);
    expect(() => DECODERS[name]?.(message)).not.toThrow();
    // The file can say no.
    expect(validate({ ...message, job: 'none', id: 5, dispatches: 5 })).toBe(false);
  });

  test('a time that no other library may take for one is none by the files alone', () => {
    const request = { job: { name: 'j' }, parents: ['nasa'], runId: 'r' };
    const validate = validator('dispatch-request');
    expect(validate({ ...request, dispatchedAt: '2026-11-27T06:00:00Z' })).toBe(true);
    for (const dispatchedAt of ['2026-11-27 06:00:00Z', '2026-11-27T06:00:00', '2026-11-27t06:00:00z'])
      expect(validate({ ...request, dispatchedAt }), dispatchedAt).toBe(false);
  });
});

/** `npm run typecheck` is the test: each line that is expected to be wrong must be. */
test('the types are those of the schemas: no field too few, none that is not there, no other value', () => {
  const account = { id: '5', username: 'nasa' };
  const dispatch = { runId: 'r', dispatchId: 'd', dispatchedAt: '2026-11-27T06:00:00Z', job: { name: 'j' } };
  const page: PageRequest = {
    ...dispatch,
    parent: { ...account, friendsCount: 1, desk: 'science' },
    ...{ pageNumber: 1, totalPages: 1, pageSize: 1000, maxFriends: 8 },
  };
  const request: DispatchRequest = { job: { name: 'j' }, parents: [{ username: 'nasa', desk: 'science' }] };
  const metadata: MetadataRequest = { ...dispatch, role: 'grandparent', id: '5', reason: '' };
  // @ts-expect-error: a misspelt cap
  ({ ...request, maxCost: 5 }) satisfies DispatchRequest;
  // @ts-expect-error: no parents
  ({ job: { name: 'j' } }) satisfies DispatchRequest;
  // @ts-expect-error: a mode that there is not
  ({ ...request, mode: 'checks' }) satisfies DispatchRequest;
  // @ts-expect-error: a field that is read nowhere
  ({ ...page, pageToken: 'x' }) satisfies PageRequest;
  // @ts-expect-error: an id that is no string
  ({ ...page, parent: { ...page.parent, id: 5 } }) satisfies PageRequest;
  // @ts-expect-error: a plan that lacks something
  ({ ...page, mode: 'check', check: { baseCount: 3 } }) satisfies PageRequest;
  // @ts-expect-error: a role that there is not
  ({ ...metadata, role: 'uncle' }) satisfies MetadataRequest;
  // @ts-expect-error: neither an id nor a username
  ({ ...dispatch, role: 'grandparent', reason: '' }) satisfies MetadataRequest;
  expect(() => decodePageRequest(page)).not.toThrow();
  expect(() => decodeDispatchRequest(request, 0)).not.toThrow();
  expect(() => decodeMetadataRequest(metadata)).not.toThrow();
});
