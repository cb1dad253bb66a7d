/** The constructs that mean, or are written, something else in DuckDB. Those of the grammar without a rule pass. */
import { aggregateNamed } from './aggregates.ts';
import { calls, concatenation } from './calls.ts';
import { COMPARISONS } from './comparisons.ts';
import { refuse } from './errors.ts';
import { checkKnown, type Fields } from './grammar.ts';
import { cte, groupBy, join, ordered, select, setOperation } from './queries.ts';
import type { Rewriter, Rule } from './rewrite.ts';
import { call, known, nameOf, raw, type Tree, textOf } from './tree.ts';
import { literal } from './types.ts';

export const RULES: Record<string, Rule> = {
  select,
  union: setOperation('union'),
  intersect: setOperation('intersect'),
  except: setOperation('except'),
  ctes: cte,
  joins: join,
  group_by: groupBy,
  having: (f, r) => r.inClauses(true, () => r.fields(f)),
  qualify: (f, r) => r.inClauses(true, () => r.fields(f)),
  order_by: ordered(false),
  expressions: ordered(true),
  table: (f, r) => r.table(f),
  column: (f, r) => r.column(f),
  identifier: (f) => ({ identifier: { ...f, quoted: true } }),
  star,
  literal: (f) => raw(constant(String(f.literal_type), String([f.value].flat()[0]))),
  Preceding: (f, r) => ({ Preceding: r.rewrite(f) }),
  Following: (f, r) => ({ Following: r.rewrite(f) }),
  concat: (f, r) => concatenation([f.left, f.right], r),
  like: (f, r) => ({ like: { ...r.fields(f), escape: raw("'\\'") } }),
  ...COMPARISONS,
  cast,
  safe_cast: (f, r) => call('try', cast(f, r)),
  dot: (f) => (nameOf(f.field) === '*' ? refuse('.* of an expression') : null),
  subscript: element,
  interval: (f, r) => {
    const { unit = refuse('an interval of several units') } = f.unit as { unit?: string };
    const amount = textOf(f.this);
    return known(
      '_TIMES',
      raw(`INTERVAL '1 ${unit}'`),
      amount ? raw(constant('number', amount)) : r.rewrite(f.this),
    );
  },
  extract,
  function: calls,
  var: (f) => (f.this === 'ROW' ? refuse('INSERT ROW') : null),
  update: (f) => (f.where_clause ? null : refuse('UPDATE without WHERE')),
  delete: (f, r) => {
    if (!f.where_clause) refuse('DELETE without WHERE');
    const table = { ...(f.table as Fields), alias: f.alias, alias_explicit_as: true };
    return f.alias ? { delete: r.fields({ ...f, table, alias: null }) } : null;
  },
  window_function: (f, r) => {
    const [[kind, fields] = ['', null]] = Object.entries(f.this as Tree);
    checkKnown(kind, fields ?? {});
    const over = r.rewrite(f.over, 'over');
    return aggregate(kind, fields, r, (of) => ({ window_function: { ...f, this: of, over } }));
  },
  aggregate_function: aggregateNamed,
  ...Object.fromEntries(
    ['sum', 'avg', 'count_if', 'approx_count_distinct', 'array_agg', 'string_agg'].map(
      (kind): [string, Rule] => [kind, (f, r) => aggregate(kind, f, r, (of) => of)],
    ),
  ),
};

/**
 * An aggregate; `window` adds the OVER of an analytic call. Where DuckDB's result has another type than BigQuery's,
 * the maximum serves as the sample of the type: see functions.ts.
 */
function aggregate(kind: string, f: Fields | null, r: Rewriter, window: (of: Fields) => unknown): unknown {
  const fields = f && r.fields(f);
  const maximum = () => window({ max: { ...fields, distinct: false, name: 'MAX' } });
  const none = { this: null, star: false, distinct: false, filter: null, original_name: 'COUNT' };
  switch (kind) {
    case 'sum':
      return call('cast_to_type', window({ sum: fields }), maximum());
    case 'avg':
      return call('cast_to_type', window({ avg: fields }), known('_REAL', maximum()));
    case 'count_if':
      return window({ count: { ...none, star: true, filter: fields?.this } });
    case 'approx_count_distinct':
      return window({ count: { ...none, this: fields?.this, distinct: true } });
    case 'string_agg':
      return window({ string_agg: { ...fields, separator: fields?.separator ?? raw("','") } });
    case 'array_agg': {
      const { limit, ignore_nulls, ...others } = fields ?? {};
      const filter = ignore_nulls ? { is_null: { this: others.this, not: true, postfix_form: false } } : null;
      const list = window({ array_agg: { ...others, filter } });
      return limit ? call('list_slice', list, raw('1'), limit) : list;
    }
    case 'aggregate_function':
      return refuse(`the function ${f?.name} with OVER`);
    default:
      return window({ [kind]: fields });
  }
}

const LITERALS: Record<string, (text: string) => string> = {
  number: (text) => (/^\d+$/.test(text) ? `${text}::BIGINT` : `'${text}'::DOUBLE`),
  hex_number: (text) => `${BigInt(`0x${text}`)}::BIGINT`,
  string: literal,
  raw_string: literal,
  triple_quoted_string: literal,
  timestamp: (text) => `CAST(${literal(text)} AS TIMESTAMPTZ)`,
  date: (text) => `CAST(${literal(text)} AS DATE)`,
  datetime: (text) => `CAST(${literal(text)} AS TIMESTAMP)`,
};

const constant = (type: string, text: string) =>
  LITERALS[type]?.(text) ?? refuse(`a literal of type ${type}`);

/** What polyglot calls the types that it does not leave as they are. */
const CAST_TARGETS: Record<string, string> = { boolean: 'BOOL', decimal: 'NUMERIC', int: 'INT64' };

function cast(f: Fields, r: Rewriter): Fields {
  const { data_type, name, length, precision } = f.to as Record<string, string | null>;
  if (length || precision) refuse('a type with a length or precision');
  const target =
    (data_type === 'custom' ? name : CAST_TARGETS[data_type ?? '']) ?? String(data_type).toUpperCase();
  return known(`_CAST_${target}`, r.rewrite(f.this));
}

/** a[OFFSET(n)] and its kin. */
function element(f: Fields, r: Rewriter): Fields {
  const { name, args = [] } = ((f.index as Tree).function ?? {}) as { name?: string; args?: unknown[] };
  const [, safe = '', base] =
    /^(SAFE_)?(OFFSET|ORDINAL)$/i.exec(name ?? '') ?? refuse('an array index without OFFSET');
  const place = r.rewrite(args[0]);
  const offset = base?.toUpperCase() === 'OFFSET' ? place : known('_SUBTRACT', place, raw('1::BIGINT'));
  return known(`_${safe.toUpperCase()}OFFSET`, r.rewrite(f.this), offset);
}

const PARTS = ['YEAR', 'QUARTER', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];

function extract(f: Fields, r: Rewriter): Fields {
  const part = String(f.field).toUpperCase();
  if (part === 'DATE') return known('DATE', r.rewrite(f.this));
  if (part === 'DAYOFWEEK') return known('_DAYOFWEEK', r.rewrite(f.this));
  if (!PARTS.includes(part))
    refuse(`EXTRACT ${typeof f.field === 'string' ? part : JSON.stringify(f.field)}`);
  return known('_EXTRACT', raw(literal(part)), r.rewrite(f.this));
}

function star(f: Fields, r: Rewriter): Fields | null {
  const table = nameOf(f.table);
  if (!table && r.scope?.unnests) refuse('* beside UNNEST: name the columns');
  const unnested = table ? r.element(table) : null;
  if (unnested && [f.except, f.replace].flat().some(Boolean)) refuse('* of UNNEST with EXCEPT or REPLACE');
  return unnested ? call('unnest', unnested) : null;
}
