import type { Fields } from './grammar.ts';
import { call, known, type Rewriter, raw } from './rewrite.ts';

/** `window` adds the OVER of an analytic call, around each aggregate of which the result is made. */
export type Aggregate = (fields: Fields, r: Rewriter, window: (of: Fields) => unknown) => unknown;

const count = (fields: Fields) => ({
  count: { this: null, star: false, distinct: false, filter: null, original_name: 'COUNT', ...fields },
});
const maximum = (fields: Fields) => ({ max: { ...fields, distinct: false, name: 'MAX' } });

/** Where DuckDB's result has another type than BigQuery's, the maximum serves as the sample of it: see functions.ts. */
export const AGGREGATES: Record<string, Aggregate> = {
  sum: (f, r, window) => {
    const fields = r.fields(f);
    return call('cast_to_type', window({ sum: fields }), window(maximum(fields)));
  },
  avg: (f, r, window) => {
    const fields = r.fields(f);
    return call('cast_to_type', window({ avg: fields }), known('_REAL', [window(maximum(fields))]));
  },
  count_if: (f, r, window) => window(count({ star: true, filter: r.rewrite(f.this) })),
  approx_count_distinct: (f, r, window) => window(count({ this: r.rewrite(f.this), distinct: true })),
  array_agg: (f, r, window) => {
    const { limit, ...fields } = r.fields(f);
    const present = { is_null: { this: fields.this, not: true, postfix_form: false } };
    const filter = fields.ignore_nulls ? present : null;
    const list = window({ array_agg: { ...fields, ignore_nulls: null, filter } });
    return limit ? call('list_slice', list, raw('1'), limit) : list;
  },
  string_agg: (f, r, window) =>
    window({ string_agg: { ...r.fields(f), separator: f.separator ? r.rewrite(f.separator) : raw("','") } }),
};
