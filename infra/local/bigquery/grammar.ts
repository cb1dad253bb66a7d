import { refuse } from './errors.ts';

/** A piece of polyglot's syntax tree: a construct is {kind: fields}; a record, such as a join, is fields only. */
export type Fields = Record<string, unknown>;

/**
 * Every construct and record that we know, by kind (a record by the field that it stands in), with the fields that
 * may be filled. All else is refused by name: what would be dropped or mistaken never passes in silence.
 */
const KNOWN = `
select: expressions from joins where_clause group_by having qualify windows order_by limit offset distinct with kind
union intersect except: left right all distinct with order_by limit offset
subquery: this alias order_by limit offset
with: ctes
ctes: this alias
from group_by array array_func coalesce tuple: expressions
order_by: expressions this desc nulls_first
expressions: this desc nulls_first
joins: this on using kind
joined_table: left joins
where_clause having qualify limit offset paren not neg exists: this
windows: name spec
spec over: window_name partition_by order_by frame
frame: kind start end
table: name schema catalog alias
unnest: this with_ordinality alias offset_alias
alias replace: this alias
star: table except replace
column: name table
literal: literal_type value
boolean: value
null row_number rank dense_rank percent_rank cume_dist:
Preceding Following: literal column
and or eq neq lt lte gt gte add like null_safe_eq null_safe_neq: left right
sub=_SUBTRACT mul=_MULTIPLY div=_DIVIDE concat: left right
is_null is_true is_false: this not
between: this low high not
in: this expressions query unnest not
case: operand whens else_
if_func: condition true_value false_value
cast safe_cast: this to
struct: fields
dot: this field
subscript: this index
interval: this unit
extract: this field
at_time_zone: this zone
window_function: this over
function: args
var: this
abs=ABS array_length=ARRAY_LENGTH array_reverse=ARRAY_REVERSE ceil=CEIL floor=FLOOR length=LENGTH: this
lower=LOWER timestamp=TIMESTAMP trim=TRIM upper=UPPER: this
ends_with=ENDS_WITH mod_func=MOD safe_divide=SAFE_DIVIDE starts_with=STARTS_WITH: this expression
json_value=JSON_VALUE: this path
round=ROUND: this decimals
str_position=STRPOS: this substr
substring=SUBSTR: this start length
any_value avg count_if logical_and logical_or max min: this
approx_count_distinct sum: this distinct
count: this star distinct
array_agg: this distinct order_by limit ignore_nulls
string_agg: this distinct order_by separator
lag lead: this offset default
first_value last_value: this ignore_nulls
n_tile: num_buckets
insert: table columns values query
update: table set from_clause where_clause
from_clause: expressions
delete: table where_clause
merge: this using on whens
whens: expressions
when: matched condition then source
identifier: name
`;

interface Known {
  fields: string[];
  /** For a construct that is a call: the function's name; its arguments are the fields. */
  calls: string | undefined;
}

export const GRAMMAR: ReadonlyMap<string, Known> = new Map(
  KNOWN.trim()
    .split('\n')
    .flatMap((line) => {
      const [kinds = '', fields = ''] = line.split(':');
      return kinds.split(' ').map((each): [string, Known] => {
        const [kind = '', calls] = each.split('=');
        return [kind, { fields: fields.trim().split(' '), calls }];
      });
    }),
);

/** What polyglot notes beside a construct and what changes nothing about its meaning. */
const NOISE =
  /comments$|_keyword$|_text$|^(span|name|quoted|inferred_type|alias_explicit_as|original_name|no_parens|explicit_asc|alias_first|bracket_notation|no_from|with_tz|position)$/;

const isEmpty = (value: unknown) => !value || (Array.isArray(value) && value.length === 0);

export function checkKnown(kind: string, fields: Fields): Known {
  const known = GRAMMAR.get(kind) ?? refuse(kind.toUpperCase());
  for (const [field, value] of Object.entries(fields))
    if (!isEmpty(value) && !known.fields.includes(field) && !NOISE.test(field))
      refuse(`${kind} with ${field}`.toUpperCase());
  return known;
}
