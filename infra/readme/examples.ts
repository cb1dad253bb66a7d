/** The questions in infra/bigquery/EXAMPLES.md: each a heading, a sentence, its query, and the rows as a table. */
import { join } from 'node:path';
import type { PlainRow } from '../cli/target/rows.ts';
import { ROOT } from '../local/process.ts';

export const EXAMPLES_FILE = join(ROOT, 'infra', 'bigquery', 'EXAMPLES.md');

export interface Example {
  /** With its number. */
  question: string;
  sql: string;
  /** The rows, as the file shows them; empty where it shows none. */
  table: string;
}

const SECTION = /^## (.+)\n\n(.+\n)+\n```sql\n([^`]+)\n```\n*((?:\|.*\n)*)\n*/gm;

export const examplesIn = (markdown: string): Example[] =>
  [...markdown.matchAll(SECTION)].map(([, question = '', , sql = '', table = '']) => ({
    question,
    sql,
    table: table.trimEnd(),
  }));

/** The same text with each query's rows below it. */
export function withTables(markdown: string, tables: string[]): string {
  const rest = [...tables];
  const withRows = markdown.replace(SECTION, (section: string) => {
    const query = section.replace(/\n+(\|.*\n)*\n*$/, '');
    return `${query}\n\n${rest.shift()}\n\n`;
  });
  return `${withRows.trimEnd()}\n`;
}

/** Rows as a Markdown table; numbers stand to the right. */
export function markdownTable(rows: PlainRow[]): string {
  const heads = Object.keys(rows[0] ?? {});
  const isNumber = (head: string) => rows.some((row) => typeof row[head] === 'number');
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(heads),
    line(heads.map((head) => (isNumber(head) ? '---:' : '---'))),
    ...rows.map((row) => line(heads.map((head) => cell(row[head])))),
  ].join('\n');
}

const cell = (value: unknown): string => String(value ?? '').replaceAll('|', '\\|');
