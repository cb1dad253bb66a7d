/** The constructs that mean, or are written, something else in DuckDB; those of the grammar without a rule pass. */
import { calls, datePart } from './calls.ts';
import { refuse } from './errors.ts';
import { FUNCTIONS, macroName } from './functions.ts';
import type { Fields } from './grammar.ts';
import { select } from './queries.ts';
import { call, identifier, raw, type Rewriter } from './rewrite.ts';
import { duckdbType, type Field, literal } from './types.ts';

type Rule = (fields: Fields, r: Rewriter) => Fields | null;

/** A call of one of our functions; refused by name when it is not on the list. */
export function known(name: string, args: unknown[]): Fields {
  return FUNCTIONS.has(name) ? call(macroName(name), ...args) : refuse(`the function ${name}`);
}

/** Constructs that are calls: polyglot gives many functions a kind, with the arguments in fields. */
const callsOf = (fields: string, names: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(names).map(([kind, name]): [string, Rule] => [
      kind,
      (f, r) => known(name, fields.split(' ').flatMap((each) => (f[each] ? [r.rewrite(f[each])] : []))),
    ]),
  );

export const nameOf = (value: unknown) => (value as { name?: string } | null)?.name ?? '';

export const RULES: Record<string, Rule> = {
  select,
  column: (f, r) => r.column(nameOf(f.table), nameOf(f.name), f),
  table: (f, r) => r.table(f),
  literal: (f) => raw(constant(String(f.literal_type), f.value)),
  ...callsOf('left right', { sub: '_SUBTRACT', mul: '_MULTIPLY', div: '_DIVIDE', concat: '_CONCAT' }),
  ...callsOf('this', { abs: 'ABS', array_length: 'ARRAY_LENGTH', array_reverse: 'ARRAY_REVERSE', ceil: 'CEIL', floor: 'FLOOR', length: 'LENGTH', lower: 'LOWER', upper: 'UPPER', trim: 'TRIM', timestamp: 'TIMESTAMP' }),
  ...callsOf('this expression', { ends_with: 'ENDS_WITH', mod_func: 'MOD', safe_divide: 'SAFE_DIVIDE', starts_with: 'STARTS_WITH' }),
  ...callsOf('this start length', { substring: 'SUBSTR' }),
  ...callsOf('this decimals', { round: 'ROUND' }),
  ...callsOf('this path', { json_value: 'JSON_VALUE' }),
  ...callsOf('this substr', { str_position: 'STRPOS' }),
  like: (f, r) => ({ like: { ...r.fields(f), escape: raw("'\\'") } }),
  in: (f, r) => (f.unnest ? negate(f, known('_IN', [r.rewrite(f.this), r.rewrite(f.unnest)])) : null),
  cast: (f, r) => cast(f, r),
  safe_cast: (f, r) => call('try', cast(f, r)),
  subscript: (f, r) => element(f, r),
  interval: (f, r) => interval(f, r),
  extract: (f, r) => extract(String(f.field).toUpperCase(), r.rewrite(f.this)),
  dot: (f) => (nameOf(f.field) === '*' ? refuse('.* of an expression') : null),
  star: (f, r) => star(f, r),
  function: calls,
};
