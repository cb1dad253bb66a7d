import { Ajv, type SchemaObject } from 'ajv';
import { expect, test } from 'vitest';
import { ajv } from '../../shared/messages/compile.ts';
import '../../shared/messages/dispatch-request.ts';
import '../../shared/messages/grandparent.ts';
import '../../shared/messages/metadata-request.ts';
import '../../shared/messages/page-request.ts';

test('every schema of a message is a valid JSON Schema and has a versioned $id', () => {
  const strict = new Ajv();
  const schemas = Object.entries(ajv.refs).map(
    ([id, of]) => [id, (of as { schema: SchemaObject }).schema] as const,
  );
  expect(schemas).toHaveLength(4);
  for (const [id, schema] of schemas) {
    expect(id).toMatch(/^dodo\/[a-z-]+\/\d+$/);
    expect(strict.validateSchema(schema), JSON.stringify(strict.errors)).toBe(true);
  }
});
