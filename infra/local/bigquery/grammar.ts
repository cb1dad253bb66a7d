import { refuse } from './errors.ts';

/** A piece of polyglot's syntax tree: a construct is {kind: fields}; a record, such as a join, is fields only. */
export type Fields = Record<string, unknown>;

/**
 * Every construct and record that we know, by its kind (a record by the field that it stands in), with the fields
 * that may be filled: all else is refused by name, so that nothing is dropped or mistaken in silence. A kind that is
 * a function says which after "=", and its fields are the arguments.
 */
const KNOWN = `
select: expressions from joins where_clause group_by having qualify windows order_by limit offset distinct with kind;
union intersect except: left right all distinct with order_by limit offset; subquery: this alias order_by limit offset;
with: ctes; ctes: this alias; from from_clause whens array array_func coalesce tuple: expressions;
group_by: expressions all; aggregate_function: name args distinct;
order_by: expressions this desc nulls_first; expressions: this desc nulls_first; joins: this on using kind;
where_clause having qualify limit offset paren not neg exists var: this; windows: name spec; frame: kind start end;
spec over: window_name partition_by order_by frame; Preceding Following: literal column;
table: name schema catalog alias; unnest: this with_ordinality alias offset_alias; alias replace: this alias;
star: table except replace; column: name table; identifier: name; literal: literal_type value; boolean: value;
null row_number rank dense_rank percent_rank cume_dist: ; and or eq neq lt lte gt gte add concat like: left right;
null_safe_eq null_safe_neq sub=_SUBTRACT mul=_MULTIPLY div=_DIVIDE: left right; is_null is_true is_false: this not;
between: this low high not; in: this expressions query unnest not; case: operand whens else_;
if_func: condition true_value false_value; cast safe_cast: this to; dot: this field; subscript: this index;
interval: this unit; extract: this field; at_time_zone: this zone; window_function: this over; function: args;
abs=ABS array_length=ARRAY_LENGTH ceil=CEIL floor=FLOOR length=LENGTH lower=LOWER timestamp=TIMESTAMP trim=TRIM: this;
upper=UPPER any_value avg count_if logical_and logical_or max min stddev stddev_samp: this; round=ROUND: this decimals;
mod_func=MOD safe_divide=SAFE_DIVIDE starts_with=STARTS_WITH ends_with=ENDS_WITH: this expression;
json_value=JSON_VALUE: this path; str_position=STRPOS: this substr; substring=SUBSTR: this start length;
approx_count_distinct sum: this distinct; count: this star distinct; lag lead: this offset default;
array_agg: this distinct order_by limit ignore_nulls; string_agg: this distinct order_by separator;
first_value last_value: this ignore_nulls; n_tile: num_buckets; insert: table columns values query;
update: table set from_clause where_clause; delete: table alias where_clause; merge: this using on whens;
when: matched condition then source`;

export const GRAMMAR = new Map(
  KNOWN.split(';').flatMap((entry) => {
    const [kinds = '', fields = ''] = entry.split(':').map((part) => part.trim());
    return kinds.split(' ').map((each) => {
      const [kind = '', calls] = each.split('=');
      return [kind, { fields: fields.split(' '), calls }] as const;
    });
  }),
);

/** What polyglot notes beside a construct and what changes nothing about its meaning. */
const NOISE =
  /comments$|_keyword$|_text$|^(span|name|quoted|inferred_type|alias_explicit_as|original_name|no_parens|explicit_asc|alias_first|bracket_notation|no_from|with_tz|position)$/;

export function checkKnown(kind: string, fields: Fields) {
  const prefix = kind === 'parameter' ? '@@' : 'the function ';
  const named = typeof fields.name === 'string' ? prefix + fields.name : kind.toUpperCase();
  const known = GRAMMAR.get(kind) ?? refuse(named);
  for (const [field, value] of Object.entries(fields)) {
    const isEmpty = !value || (Array.isArray(value) && value.length === 0);
    if (!isEmpty && !known.fields.includes(field) && !NOISE.test(field))
      refuse(`${field.toUpperCase()} in ${kind.toUpperCase()}`);
  }
  return known;
}
