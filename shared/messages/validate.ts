import { Ajv, type ErrorObject, type JSONSchemaType, type Schema } from 'ajv';
import { Rejected } from '../errors.ts';

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

// One error is reason enough, and collecting all of them over 100,000 parents would be slow.
const ajv = new Ajv({ allErrors: false, allowUnionTypes: true });
ajv.addFormat('iso-time', {
  validate: (value: string) => ISO_TIME.test(value) && !Number.isNaN(Date.parse(value)),
});

/** "pageNumber must be >= 1", as a person reads it. */
export function sentenceOf(error: ErrorObject): string {
  const where = error.instancePath.slice(1) || 'the message';
  const what = error.message ?? 'is not valid';
  const detail = error.params.additionalProperty ?? error.params.allowedValues;
  return detail === undefined ? `${where} ${what}` : `${where} ${what}: ${String(detail)}`;
}

/** A check of `schema` that returns the value as T or the reasons why it is none. Compiled once. */
export function checker<T>(
  schema: Schema | JSONSchemaType<T>,
): (value: unknown) => { value: T } | { errors: string[] } {
  const validate = ajv.compile<T>(schema);
  return (value) => (validate(value) ? { value } : { errors: (validate.errors ?? []).map(sentenceOf) });
}

/** Like `checker`, but what is not valid is thrown as Rejected. */
export function decoder<T>(schema: Schema | JSONSchemaType<T>): (value: unknown) => T {
  const check = checker<T>(schema);
  return (value) => {
    const result = check(value);
    if ('errors' in result) throw new Rejected(result.errors);
    return result.value;
  };
}
