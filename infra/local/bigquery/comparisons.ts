/**
 * Comparisons. BigQuery compares values of one kind; DuckDB would make a number of a text first. So the kinds are
 * checked, in a text of its own that DuckDB binds once and never runs: struct_extract wants a constant as the name of a
 * member, and typeof is one by then.
 */
import { ApiError } from './errors.ts';
import type { Rewriter, Rule } from './rewrite.ts';
import { call, known, nameOf, raw, type Tree, textOf } from './tree.ts';
import { literal, standardName, typeNamed } from './types.ts';

const OPERATORS = { eq: '=', neq: '!=', lt: '<', lte: '<=', gt: '>', gte: '>=' };

export const COMPARISONS: Record<string, Rule> = {
  ...Object.fromEntries(
    Object.entries(OPERATORS).map(([kind, operator]) => [kind, comparison(kind, operator)]),
  ),
  between: (f, r) => {
    const others = r.fields({ ...f, this: null });
    return { between: { ...others, this: compared('BETWEEN', f.this, [f.low, f.high], r) } };
  },
  case: (f, r) => {
    const values = (f.whens as [unknown, unknown][]).map(([value]) => value);
    const operand = f.operand && compared('CASE', f.operand, values, r);
    return { case: { ...r.fields({ ...f, operand: null }), operand } };
  },
  in: (f, r) => {
    const values = (f.expressions ?? []) as unknown[];
    if (!f.unnest)
      return { in: { ...r.fields({ ...f, this: null }), this: compared('IN', f.this, values, r) } };
    const array = r.rewrite(f.unnest);
    // A subquery would keep DuckDB from narrowing what a view reads before it is sorted into windows.
    const how = r.isShortArray(f.unnest as Tree) ? '_IN_FEW' : '_IN';
    const isThere = known(how, checked('IN UNNEST', f.this, [f.unnest], [array], r), array);
    return f.not ? { not: { this: isThere } } : isThere;
  },
};

function comparison(kind: string, operator: string): Rule {
  return (f, r) => {
    const [left, right] = [f.left as Tree, f.right as Tree];
    // In MERGE it is an assignment.
    if ('identifier' in left) return null;
    if ('null' in left || 'null' in right)
      throw new ApiError('invalidQuery', `Operands of ${operator} cannot be literal NULL`);
    return { [kind]: { ...r.fields({ ...f, left: null }), left: compared(operator, left, [right], r) } };
  };
}

/** The value, checked to be of the kind of those that it is compared with. */
function compared(operator: string, value: unknown, others: unknown[], r: Rewriter): unknown {
  const known = others.filter((other) => !('null' in (other as Tree)));
  return checked(
    operator,
    value,
    known,
    known.map((other) => list(r.rewrite(other))),
    r,
  );
}

const list = (value: unknown) => call('list_value', value);

/** Of the arrays `lists` the elements are what the value is compared with. */
function checked(
  operator: string,
  value: unknown,
  others: unknown[],
  lists: unknown[],
  r: Rewriter,
): unknown {
  const rewritten = r.rewrite(value);
  if (!r.checks || others.length === 0) return rewritten;
  const type = call('typeof', list(rewritten));
  const objections = others.map((other, at) => {
    const types = [raw(literal(`${operator}: `)), type, raw(`'/'`), call('typeof', lists[at])];
    const pattern = [value, other].some(isWritten) ? APART_BUT_FOR_TIMES : APART;
    return call('regexp_extract', call('concat', ...types), raw(literal(pattern)));
  });
  const verdict = call('struct_extract', raw(`{'fine': TRUE}`), call('concat', raw(`'fine'`), ...objections));
  return known('_CHECKED', verdict, rewritten);
}

/** What DuckDB calls the types of BigQuery, those that can be compared with each other together. */
const FAMILIES: Record<string, string> = {
  STRING: 'VARCHAR',
  INT64: String.raw`BIGINT|INTEGER|HUGEINT|DOUBLE|DECIMAL\(\d+,\d+\)`,
  BOOL: 'BOOLEAN',
  DATE: 'DATE',
  DATETIME: 'TIMESTAMP',
  TIMESTAMP: 'TIMESTAMP WITH TIME ZONE',
};
const TIMES = ['DATE', 'DATETIME', 'TIMESTAMP'];

/** Two arrays' types that stand apart: "VARCHAR[]/BIGINT[]". */
const apart = (isFine: (one: string, other: string) => boolean) => {
  const pairs = Object.keys(FAMILIES).map((one) => {
    const others = Object.keys(FAMILIES).filter((other) => one !== other && !isFine(one, other));
    const either = others.map((other) => FAMILIES[other]).join('|');
    return String.raw`(?:${FAMILIES[one]})\[\]/(?:${either})\[\]`;
  });
  return `^.*: (?:${pairs.join('|')})$`;
};
const APART = apart(() => false);
const APART_BUT_FOR_TIMES = apart(
  (one, other) => [one, other].includes('STRING') && TIMES.some((time) => [one, other].includes(time)),
);

/** BigQuery makes a time of a text where it is a literal or a parameter. */
const isWritten = (tree: unknown) =>
  textOf(tree) !== undefined || nameOf((tree as Tree).column?.name).startsWith('@');

/** What DuckDB says of a check that fails, in the words of BigQuery. */
export function signatureError(message: string): string | undefined {
  const [, operator = '', ...types] = /key "fine(.+): (.+)\[\]\/(.+)\[\]"/i.exec(message) ?? [];
  if (!operator) return undefined;
  const [one, other] = types.map((type) => standardName(typeNamed(type.toUpperCase()) ?? type));
  return `No matching signature for operator ${operator.toUpperCase()} for argument types: ${one}, ${other}`;
}
