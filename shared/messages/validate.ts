import type { ErrorObject, JSONSchemaType, Schema } from 'ajv';
import { Rejected } from '../errors.ts';
import { compile } from './compile.ts';

/** "pageNumber must be >= 1", as a person reads it. */
function sentenceOf(error: ErrorObject): string {
  const where = error.instancePath.slice(1) || 'the message';
  const what = error.message ?? 'is not valid';
  const detail = error.params.additionalProperty ?? error.params.allowedValues;
  return detail === undefined ? `${where} ${what}` : `${where} ${what}: ${String(detail)}`;
}

/** A check of `schema` that returns the value as T or the reasons why it is none. Compiled once. */
export function checker<T>(
  schema: Schema | JSONSchemaType<T>,
): (value: unknown) => { value: T } | { errors: string[] } {
  const validate = compile<T>(schema);
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
