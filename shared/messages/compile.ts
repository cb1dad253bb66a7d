import { _, Ajv, type JSONSchemaType, type Schema, type ValidateFunction } from 'ajv';
import { isIsoTime } from './iso-time.ts';

/**
 * The bundle has the compiled functions in the place of this file (infra/bundle/compiled-schemas.ts): compiling takes
 * longer than all else in a message. Hence the source, and no look at the schemas themselves, which a test takes.
 */
export const ajv = new Ajv({
  // One error is reason enough, and collecting all of them over 100,000 parents would be slow.
  allErrors: false,
  allowUnionTypes: true,
  meta: false,
  validateSchema: false,
  code: { source: true, esm: true, formats: _`formats` },
});
ajv.addFormat('date-time', { validate: isIsoTime });

export function compile<T>(schema: Schema | JSONSchemaType<T>): ValidateFunction<T> {
  return ajv.compile<T>(schema);
}
