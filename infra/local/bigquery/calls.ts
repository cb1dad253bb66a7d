/** Functions whose arguments are no plain expressions, or that take any number of them. */
import { refuse } from './errors.ts';
import type { Fields } from './grammar.ts';
import type { Rewriter } from './rewrite.ts';
import { binary, call, columnName, known, raw, structOf, type Tree, textOf } from './tree.ts';
import { literal } from './types.ts';

type Special = (args: unknown[], r: Rewriter, name: string) => Fields;

const MICROSECONDS = new Map(
  Object.entries({ MICROSECOND: 1, MILLISECOND: 1e3, SECOND: 1e6, MINUTE: 6e7, HOUR: 36e8, DAY: 864e8 }),
);
/** Days by which a date is moved so that its week becomes DuckDB's, which begins on a Monday. */
const WEEKS = new Map(Object.entries({ WEEK: 1, 'WEEK(SUNDAY)': 1, 'WEEK(MONDAY)': 0, ISOWEEK: 0 }));
const SPANS = ['DAY', 'MONTH', 'QUARTER', 'YEAR'];

const extreme: Special = (args, r, name) => known(`_${name}`, call('list_value', ...r.list(args)));

const formatted: Special = ([format, ...rest], r, name) => {
  const pattern = textOf(format) ?? refuse('a time format that is no literal');
  const element = (each: string) =>
    /^%[YmdHMSyjaAbBpI%]$/.test(each) ? each : (TIME_ELEMENTS[each] ?? refuse(`the format element ${each}`));
  return known(name, raw(literal(pattern.replace(/%(E\*S|E\d[SY]|E?.)/g, element))), ...r.list(rest));
};

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements#format_elements_date_time */
const TIME_ELEMENTS: Record<string, string> = {
  '%F': '%Y-%m-%d',
  '%T': '%H:%M:%S',
  '%R': '%H:%M',
  '%E3S': '%S.%g',
  '%E6S': '%S.%f',
};

const truncated: Special = ([of, part, zone], r, name) => {
  const unit = datePart(part);
  const isSpan = SPANS.includes(unit) || (name === 'TIMESTAMP_TRUNC' && MICROSECONDS.has(unit));
  if (zone) refuse(`${name} with a time zone`);
  const shift = WEEKS.get(unit) ?? (isSpan ? 0 : refuse(`${name} ${unit}`));
  return known(name, r.rewrite(of), raw(literal(isSpan ? unit : 'WEEK')), raw(`${shift}::BIGINT`));
};

const SPECIAL: Record<string, Special> = {
  ARRAY: ([query], r) => call('array', r.rewrite(query)),
  CONCAT: concatenation,
  CURRENT_DATE: (zone, r) => known('DATE', r.now(), ...r.list(zone)),
  CURRENT_DATETIME: (zone, r) => known('_LOCAL', r.now(), ...r.list(zone)),
  CURRENT_TIMESTAMP: (_none, r) => r.now(),
  DATE_DIFF: ([a, b, part], r, name) => {
    const unit = datePart(part);
    const shift = WEEKS.get(unit);
    if (shift !== undefined)
      return known('_WEEKS_BETWEEN', r.rewrite(a), r.rewrite(b), raw(`${shift}::BIGINT`));
    return known(
      name,
      r.rewrite(a),
      r.rewrite(b),
      raw(literal(SPANS.includes(unit) ? unit : refuse(`${name} ${unit}`))),
    );
  },
  DATE_TRUNC: truncated,
  FORMAT: ([format, ...rest], r) => {
    const pattern = textOf(format) ?? refuse('a FORMAT that is no literal');
    for (const [element] of pattern.matchAll(/%[-+ #'0]*\d*(\.\d+)?./g))
      if (!/^%(%|s|0?\d*d|(\.\d+)?f)$/.test(element)) refuse(`the format element ${element}`);
    return call('printf', raw(literal(pattern)), ...r.list(rest));
  },
  FORMAT_DATE: formatted,
  FORMAT_TIMESTAMP: formatted,
  GENERATE_DATE_ARRAY: ([from, to, step], r, name) => {
    const { unit = 'Day' } = ((step as Tree | undefined)?.interval?.unit ?? {}) as { unit?: string };
    if (unit !== 'Day' && unit !== 'Week') refuse(`${name} by ${unit}`);
    return known(name, r.rewrite(from), r.rewrite(to), step ? r.rewrite(step) : raw("INTERVAL '1 DAY'"));
  },
  GREATEST: extreme,
  LEAST: extreme,
  NULLIF: (args, r) => call('nullif', ...r.list(args)),
  PARSE_DATE: formatted,
  PARSE_TIMESTAMP: formatted,
  STRUCT: (args, r) => {
    const value = (arg: Tree) => r.rewrite(arg.alias?.this ?? arg);
    return structOf((args as Tree[]).map((arg) => ({ name: columnName(arg), value: value(arg) })));
  },
  TIMESTAMP_DIFF: ([a, b, part], r, name) => {
    const unit = MICROSECONDS.get(datePart(part)) ?? refuse(`${name} ${datePart(part)}`);
    return known(name, r.rewrite(a), r.rewrite(b), raw(`${unit}::BIGINT`));
  },
  TIMESTAMP_TRUNC: truncated,
};

/** Macros repeat their arguments, so a chain of them in each other would explode: one flat chain instead. */
export function concatenation(operands: unknown[], r: Rewriter): Fields {
  const flat = (tree: unknown): unknown[] => {
    const { concat } = tree as Tree;
    return concat ? [concat.left, concat.right].flatMap(flat) : [tree];
  };
  const text = (tree: unknown) =>
    textOf(tree) === undefined ? known('_CAST_STRING', r.rewrite(tree)) : r.rewrite(tree);
  return operands
    .flatMap(flat)
    .map(text)
    .reduce((left, right) => binary('concat', left, right)) as Fields;
}

export function calls({ name, args }: Fields, r: Rewriter): Fields {
  const upper = String(name).toUpperCase();
  if (upper.startsWith('_')) refuse(`the function ${upper}`);
  return SPECIAL[upper]?.(args as unknown[], r, upper) ?? known(upper, ...r.list(args));
}

function datePart(tree: unknown): string {
  const { var: part, function: week } = tree as Tree;
  if (week) return `WEEK(${datePart((week.args as unknown[])[0])})`;
  return String(part?.this ?? refuse('a date part that is no name')).toUpperCase();
}
