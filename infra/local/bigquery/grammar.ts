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
null row_number rank dense_rank percent_rank cume_dist Preceding Following:
and or eq neq lt lte gt gte add sub mul div concat like null_safe_eq null_safe_neq: left right
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
timestamp: this with_tz
at_time_zone: this zone
window_function: this over
function: args
var: this
abs any_value array_length array_reverse avg ceil count_if floor length logical_and logical_or lower max min upper: this
approx_count_distinct sum: this distinct
count: this star distinct
array_agg: this distinct order_by limit ignore_nulls
string_agg: this distinct order_by separator
lag lead: this offset default
first_value last_value: this ignore_nulls
n_tile: num_buckets
ends_with mod_func safe_divide starts_with: this expression
json_value: this path
round: this decimals
str_position: this substr
substring: this start length
trim: this position
insert: table columns values query
update: table set from_clause where_clause
from_clause: expressions
delete: table where_clause
merge: this using on whens
whens: expressions
when: matched condition then source
identifier: name
`;

const FIELDS = new Map(
  KNOWN.trim().split('\n').flatMap((line) => {
    const [kinds = '', fields = ''] = line.split(':');
    return kinds.split(' ').map((kind): [string, string[]] => [kind, fields.trim().split(' ')]);
  }),
);

/** What polyglot notes beside a construct and what changes nothing about its meaning. */
const NOISE =
  /comments$|_keyword$|_text$|^(span|name|quoted|inferred_type|alias_explicit_as|original_name|no_parens|explicit_asc|alias_first|bracket_notation|no_from)$/;

const isEmpty = (value: unknown) => !value || (Array.isArray(value) && value.length === 0);

export function checkKnown(kind: string, fields: Fields): void {
  const known = FIELDS.get(kind) ?? refuse(kind.toUpperCase());
  for (const [field, value] of Object.entries(fields))
    if (!isEmpty(value) && !known.includes(field) && !NOISE.test(field))
      refuse(`${kind} with ${field}`.toUpperCase());
}

export const isKind = (kind: string) => FIELDS.has(kind);
