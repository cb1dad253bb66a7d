/** The constructs that mean, or are written, something else in DuckDB. Those of the grammar without a rule pass. */
import { AGGREGATES, type Aggregate } from './aggregates.ts';
import { calls } from './calls.ts';
import { refuse } from './errors.ts';
import { checkKnown, type Fields } from './grammar.ts';
import { cte, groupBy, inClauses, join, joinedTable, ordered, select, setOperation } from './queries.ts';
import { binary, call, known, nameOf, type Rewriter, raw } from './rewrite.ts';
import { duckdbType, type Field, literal } from './types.ts';

/** Returns null where it has nothing to change. */
type Rule = (fields: Fields, r: Rewriter) => unknown;

export const RULES: Record<string, Rule> = {
  select,
  union: setOperation('union'),
  intersect: setOperation('intersect'),
  except: setOperation('except'),
  ctes: cte,
  joins: join,
  joined_table: joinedTable,
  group_by: groupBy,
  having: inClauses,
  qualify: inClauses,
  order_by: ordered(false),
  expressions: ordered(true),
  table: (f, r) => r.table(f),
  column: (f, r) => r.column(nameOf(f.table), nameOf(f.name), f),
  star,
  literal: (f) => raw(constant(String(f.literal_type), f.value)),
  Preceding: (f, r) => ({ Preceding: r.rewrite(f) }),
  Following: (f, r) => ({ Following: r.rewrite(f) }),
  concat: (f, r) => concatenation([f.left, f.right], r),
  like: (f, r) => ({ like: { ...r.fields(f), escape: raw("'\\'") } }),
  in: (f, r) => {
    const within = f.unnest && known('_IN', [r.rewrite(f.this), r.rewrite(f.unnest)]);
    return f.not && within ? { not: { this: within } } : within;
  },
  cast,
  safe_cast: (f, r) => call('try', cast(f, r)),
  dot: (f) => (nameOf(f.field) === '*' ? refuse('.* of an expression') : null),
  struct: (f, r) => call('row', ...(f.fields as unknown[][]).map(([, value]) => r.rewrite(value))),
  identifier: (f) => ({ identifier: { ...f, quoted: true } }),
  subscript: element,
  interval: (f, r) => {
    const { unit = '' } = f.unit as { unit?: string };
    const amount = text(f.this);
    const number = amount === undefined ? r.rewrite(f.this) : raw(constant('number', amount));
    return known('_TIMES', [raw(`INTERVAL '1 ${unit || refuse('an interval of several units')}'`), number]);
  },
  extract: (f, r) => extract(f.field, r.rewrite(f.this)),
  function: calls,
  var: (f) => (f.this === 'ROW' ? refuse('INSERT ROW') : null),
  update: (f) => (f.where_clause ? null : refuse('UPDATE without WHERE')),
  delete: (f) => (f.where_clause ? null : refuse('DELETE without WHERE')),
  window_function: (f, r) => {
    const [[kind, fields] = ['', null]] = Object.entries(f.this as Record<string, Fields | null>);
    checkKnown(kind, fields ?? {});
    const over = r.rewrite(f.over, 'over');
    const window = (of: unknown) => ({ window_function: { ...f, this: of, over } });
    return AGGREGATES[kind]
      ? AGGREGATES[kind](fields ?? {}, r, window)
      : window({ [kind]: fields && r.fields(fields) });
  },
  ...Object.fromEntries(
    Object.entries(AGGREGATES).map(([kind, emit]: [string, Aggregate]) => [
      kind,
      (f: Fields, r: Rewriter) => emit(f, r, (of) => of),
    ]),
  ),
};

/** The text of a string literal. */
export function text(tree: unknown): string | undefined {
  const { literal: found } = tree as { literal?: { literal_type: string; value: unknown } };
  return found && /string$/.test(found.literal_type) ? String([found.value].flat()[0]) : undefined;
}

function constant(type: string, value: unknown): string {
  const [written] = [value].flat().map(String);
  switch (type) {
    case 'number':
      return /^\d+$/.test(written ?? '') ? `${written}::BIGINT` : `'${written}'::DOUBLE`;
    case 'hex_number':
      return `${BigInt(`0x${written}`)}::BIGINT`;
    case 'string':
    case 'raw_string':
    case 'triple_quoted_string':
      return literal(written ?? '');
    case 'timestamp':
      return `CAST(${literal(written ?? '')} AS TIMESTAMPTZ)`;
    case 'date':
      return `CAST(${literal(written ?? '')} AS DATE)`;
    case 'datetime':
      return `CAST(${literal(written ?? '')} AS TIMESTAMP)`;
    default:
      return refuse(`a literal of type ${type}`);
  }
}

/** Macros repeat their arguments, so a chain of them nested in each other would explode: one flat chain instead. */
export function concatenation(operands: unknown[], r: Rewriter): Fields {
  const flat = (tree: unknown): unknown[] => {
    const { concat } = tree as { concat?: Fields };
    return concat ? [concat.left, concat.right].flatMap(flat) : [tree];
  };
  const texts = operands.flatMap(flat).map((each) => {
    const rewritten = r.rewrite(each);
    return text(each) === undefined ? known('_CAST_STRING', [rewritten]) : rewritten;
  });
  return texts.reduce((left, right) => binary('concat', left, right)) as Fields;
}

const CAST_TARGETS: Record<string, string> = {
  boolean: 'BOOL',
  date: 'DATE',
  decimal: 'NUMERIC',
  int: 'INT64',
  json: 'JSON',
  string: 'STRING',
  timestamp: 'TIMESTAMP',
};

interface DataType {
  data_type: string;
  name?: string;
  length?: number | null;
  precision?: number | null;
  element_type?: DataType;
  fields?: { name: string; data_type: DataType }[];
}

function castTarget(to: DataType, name = ''): Field {
  if (to.length || to.precision) refuse('a type with a length or precision');
  if (to.element_type) return { ...castTarget(to.element_type, name), mode: 'REPEATED' };
  if (to.data_type === 'struct')
    return {
      name,
      type: 'STRUCT',
      fields: (to.fields ?? []).map((each) => castTarget(each.data_type, each.name)),
    };
  return { name, type: (to.data_type === 'custom' ? to.name : CAST_TARGETS[to.data_type]) ?? to.data_type };
}

function cast(f: Fields, r: Rewriter): Fields {
  const target = castTarget(f.to as DataType);
  const [kind = ''] = Object.keys(f.this as Fields);
  const nested = target.mode === 'REPEATED' || target.type === 'STRUCT';
  if (!nested && kind !== 'null') return known(`_CAST_${target.type}`, [r.rewrite(f.this)]);
  if (nested && !['array', 'array_func', 'struct', 'tuple', 'null'].includes(kind))
    refuse('CAST to ARRAY or STRUCT');
  return { cast: { ...f, this: r.rewrite(f.this), to: { data_type: 'custom', name: duckdbType(target) } } };
}

/** a[OFFSET(n)] and its kin. */
function element(f: Fields, r: Rewriter): Fields {
  const { name = '', args = [] } =
    (f.index as { function?: { name: string; args: unknown[] } }).function ?? {};
  const [, safe, base] = /^(SAFE_)?(OFFSET|ORDINAL)$/i.exec(name) ?? refuse('an array index without OFFSET');
  const place = r.rewrite(args[0]);
  const offset = base?.toUpperCase() === 'OFFSET' ? place : known('_SUBTRACT', [place, raw('1::BIGINT')]);
  return known(safe ? '_SAFE_OFFSET' : '_OFFSET', [r.rewrite(f.this), offset]);
}

const DATE_PARTS = ['YEAR', 'QUARTER', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'ISOYEAR'];

function extract(field: unknown, from: unknown): Fields {
  const part = String(typeof field === 'object' ? Object.values(field ?? {})[0] : field).toUpperCase();
  if (part === 'DATE') return known('DATE', [from]);
  if (part === 'DAYOFWEEK') return known('_DAYOFWEEK', [from]);
  const known_ =
    part === 'ISOWEEK' ? 'week' : part === 'DAYOFYEAR' ? 'doy' : DATE_PARTS.includes(part) ? part : '';
  return known('_EXTRACT', [raw(literal(known_ || refuse(`EXTRACT ${part}`))), from]);
}

function star(f: Fields, r: Rewriter): Fields | null {
  const table = nameOf(f.table);
  if (!table && r.scope?.unnests) refuse('* beside UNNEST: name the columns');
  const unnested = table && r.element(table);
  if (!unnested) return null;
  if ([f.except, f.replace].flat().some(Boolean)) refuse('EXCEPT or REPLACE on an element of UNNEST');
  return call('unnest', unnested);
}
