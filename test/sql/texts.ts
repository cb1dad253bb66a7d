import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLES_FILE, examplesIn } from '../../infra/readme/examples.ts';
import type { Field } from './values.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** An SQL text that services or commands send, or that is shipped as a file. */
export interface Text {
  /** Its file, and what it is exported as. */
  name: string;
  /** The text for a dataset: the same function that the product calls. */
  sql: (dataset: string) => string;
  params: { name: string; type: Omit<Field, 'name'> }[];
}

/** Parameters by name, the same in every text; the others are each a STRING. */
const TIMES = [
  'since',
  'until',
  'day',
  'next_day',
  'made_before',
  'at',
  'base_at',
  'dispatched_at',
  'requested_at',
];
const LISTS = ['run_ids', 'dispatch_ids', 'parent_ids', 'parents', 'ids', 'usernames', 'reasons'];
/** What a function takes besides the dataset. */
const VARIANTS: Record<string, string[]> = { changesSql: ['all parents', 'some parents'] };

type Sql = (dataset: string, variant?: string) => string;

function textOf(name: string, sql: (dataset: string) => string): Text {
  const names = new Set([...sql('DATASET').matchAll(/@(\w+)/g)].map(([, param]) => param ?? ''));
  const typeOf = (param: string): Omit<Field, 'name'> => {
    if (LISTS.includes(param)) return { type: 'STRING', mode: 'REPEATED' };
    if (param === 'counted') return { type: 'INT64' };
    return { type: TIMES.includes(param) ? 'TIMESTAMP' : 'STRING' };
  };
  return { name, sql, params: [...names].map((param) => ({ name: param, type: typeOf(param) })) };
}

/** Whatever services and commands export as …Sql. */
export const SENT: Text[] = (
  await Promise.all(
    globSync('{shared,functions,infra/cli,infra/deploy}/**/*.ts', { cwd: ROOT })
      .filter((file) => /^export (const|function) \w+Sql\b/m.test(readFileSync(join(ROOT, file), 'utf8')))
      .sort()
      .map(async (file) => {
        const exported: Record<string, Sql | Sql[]> = await import(join(ROOT, file));
        return Object.entries(exported)
          .filter(([name]) => name.endsWith('Sql'))
          .flatMap(([name, of]) =>
            [of].flat().flatMap((sql, at) =>
              (VARIANTS[name] ?? ['']).map((variant) => {
                const which = [...(Array.isArray(of) ? [at] : []), variant].join(' ').trim();
                return textOf(`${file}: ${name} ${which}`.trim(), (dataset) => sql(dataset, variant));
              }),
            ),
          );
      }),
  )
).flat();

/** The one is meant to fail where it finds something, the others ask of the demo's accounts. */
export const SHIPPED: Text[] = [
  textOf('infra/terraform/stalled.sql', (dataset) =>
    readFileSync(join(ROOT, 'infra/terraform/stalled.sql'), 'utf8').replaceAll(/\$\{dataset\}/g, dataset),
  ),
  ...examplesIn(readFileSync(EXAMPLES_FILE, 'utf8')).map(({ question, sql }) =>
    textOf(`an analyst: ${question}`, () => sql),
  ),
];

export const isQuery = (sql: string): boolean => /^\s*(WITH|SELECT)\b/.test(sql);

/** The engine is given tables without a dataset. */
export const unqualified = ({ sql }: Pick<Text, 'sql'>): string => sql('DATASET').replaceAll('DATASET.', '');
