import { refuse } from './errors.ts';
import type { Fields } from './grammar.ts';
import { structOf } from './queries.ts';
import { call, known, nameOf, type Rewriter, raw } from './rewrite.ts';
import { concatenation, text } from './rules.ts';
import { literal } from './types.ts';

const MICROSECONDS: Record<string, number> = {
  MICROSECOND: 1,
  MILLISECOND: 1e3,
  SECOND: 1e6,
  MINUTE: 6e7,
  HOUR: 36e8,
  DAY: 864e8,
};
/** Days by which dates are moved so that these weeks become DuckDB's, which begin on Mondays. */
const WEEKS: Record<string, number> = {
  WEEK: 1,
  'WEEK(SUNDAY)': 1,
  'WEEK(MONDAY)': 0,
  ISOWEEK: 0,
};
const SPANS = ['DAY', 'MONTH', 'QUARTER', 'YEAR'];

type Special = (args: unknown[], r: Rewriter, name: string) => Fields;

const formatted: Special = ([format, ...rest], r, name) =>
  known(name, [raw(literal(timeFormat(format))), ...r.list(rest)]);

const extreme: Special = (args, r, name) => known(`_${name}`, [call('list_value', ...r.list(args))]);

const truncated: Special = ([of, part, zone], r, name) => {
  if (zone) refuse(`${name} with a time zone`);
  const unit = datePart(part);
  const whole = SPANS.includes(unit) || (name === 'TIMESTAMP_TRUNC' && unit in MICROSECONDS);
  const shift = WEEKS[unit] ?? (whole ? 0 : refuse(`${name} ${unit}`));
  return known(name, [r.rewrite(of), raw(literal(whole ? unit : 'WEEK')), raw(`${shift}::BIGINT`)]);
};

/** Functions whose arguments are no plain expressions, or that take any number of them. */
const SPECIAL: Record<string, Special> = {
  ARRAY: ([query], r) => call('array', r.rewrite(query)),
  CONCAT: (args, r) => concatenation(args, r),
  CURRENT_DATE: (zone, r) => known('DATE', [r.now(), ...r.list(zone)]),
  CURRENT_TIMESTAMP: (_none, r) => r.now(),
  DATE_DIFF: ([a, b, part], r, name) => {
    const unit = datePart(part);
    const shift = WEEKS[unit];
    if (shift === undefined && !SPANS.includes(unit)) refuse(`${name} ${unit}`);
    const last = raw(shift === undefined ? literal(unit) : `${shift}::BIGINT`);
    return known(shift === undefined ? name : '_WEEKS_BETWEEN', [r.rewrite(a), r.rewrite(b), last]);
  },
  DATE_TRUNC: truncated,
  FORMAT: ([format, ...rest], r) => {
    const pattern = text(format) ?? refuse('FORMAT with a format that is no literal');
    for (const [element] of pattern.matchAll(/%[-+ #'0]*\d*(\.\d+)?./g))
      if (!/^%(%|s|0?\d*d|(\.\d+)?f)$/.test(element)) refuse(`the format element ${element}`);
    return call('printf', raw(literal(pattern)), ...r.list(rest));
  },
  FORMAT_DATE: formatted,
  FORMAT_TIMESTAMP: formatted,
  GENERATE_DATE_ARRAY: ([from, to, step], r, name) => {
    const { unit = 'Day' } =
      (step as { interval?: { unit: { unit?: string } } } | undefined)?.interval?.unit ?? {};
    if (unit !== 'Day' && unit !== 'Week') refuse(`${name} by ${unit}`);
    return known(name, [r.rewrite(from), r.rewrite(to), step ? r.rewrite(step) : raw("INTERVAL '1 DAY'")]);
  },
  GREATEST: extreme,
  LEAST: extreme,
  NULLIF: (args, r) => call('nullif', ...r.list(args)),
  PARSE_DATE: formatted,
  PARSE_TIMESTAMP: formatted,
  STRUCT: (args, r) =>
    structOf(
      (args as Record<string, Fields>[]).map(({ alias, column, ...other }) => ({
        name: nameOf(alias?.alias ?? column?.name),
        value: r.rewrite(alias?.this ?? (column ? { column } : other)),
      })),
    ),
  TIMESTAMP_DIFF: ([a, b, part], r, name) => {
    const unit = MICROSECONDS[datePart(part)] ?? refuse(`${name} ${datePart(part)}`);
    return known(name, [r.rewrite(a), r.rewrite(b), raw(`${unit}::BIGINT`)]);
  },
  TIMESTAMP_TRUNC: truncated,
};

export function calls({ name, args }: Fields, r: Rewriter): Fields {
  const upper = String(name).toUpperCase();
  const special = SPECIAL[upper];
  if (special) return special(args as unknown[], r, upper);
  if (upper.startsWith('_')) refuse(`the function ${upper}`);
  return known(upper, r.list(args));
}

function datePart(tree: unknown): string {
  const { var: part, function: week } = tree as { var?: { this: string }; function?: { args: unknown[] } };
  if (week) return `WEEK(${datePart(week.args[0])})`;
  return part?.this.toUpperCase() ?? refuse('a date part that is no name');
}

const TIME_ELEMENTS: Record<string, string> = {
  '%F': '%Y-%m-%d',
  '%T': '%H:%M:%S',
  '%R': '%H:%M',
  '%E3S': '%S.%g',
  '%E6S': '%S.%f',
};

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements#format_elements_date_time */
function timeFormat(tree: unknown): string {
  const format = text(tree) ?? refuse('a time format that is no literal');
  return format.replace(/%(E\*S|E\d[SY]|E?.)/g, (element) => {
    if (/^%[YmdHMSyjaAbBpI%]$/.test(element)) return element;
    return TIME_ELEMENTS[element] ?? refuse(`the format element ${element}`);
  });
}
