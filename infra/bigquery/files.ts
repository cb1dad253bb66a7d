import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TableField } from '@google-cloud/bigquery';
import { type ViewComment, viewComment } from './view-comment.ts';

/** A file of tables/: what Terraform and the local stack make a table of. */
export interface TableFile {
  name: string;
  description: string;
  /** Absent where rows lie in no order of time. */
  timePartitioning?: { type: string; field: string };
  clustering?: string[];
  schema: TableField[];
}

/** A file of views/. */
export interface ViewFile extends ViewComment {
  name: string;
  sql: string;
}

export const tableFiles = (): TableFile[] =>
  filesOf('tables', '.json').map(({ name, text }) => ({ name, ...JSON.parse(text) }));

/** Each view after those that it reads from. Throws where views read from each other. */
export const viewFiles = (): ViewFile[] =>
  inOrder(filesOf('views', '.sql').map(({ name, text }) => ({ name, sql: text, ...viewComment(text) })));

/** In the views' files, as for Terraform's templatefile(). */
const DATASET = '$' + '{dataset}';

/** A dataset as SQL names it: unquoted, a project such as acme-12c1 or all-hands is no name. */
export const datasetInSql = (project: string, dataset: string): string => `\`${project}\`.\`${dataset}\``;

/** A view's SQL with `dataset`, as SQL names one, in its places. */
export const sqlIn = (dataset: string, { sql }: ViewFile): string => sql.replaceAll(DATASET, dataset);

function filesOf(folder: string, ending: string): { name: string; text: string }[] {
  const path = join(import.meta.dirname, folder);
  const files = readdirSync(path).filter((file) => file.endsWith(ending));
  return files.sort().map((file) => ({
    name: file.slice(0, -ending.length),
    text: readFileSync(join(path, file), 'utf8'),
  }));
}

function inOrder(views: ViewFile[]): ViewFile[] {
  if (views.length === 0) return [];
  const ready = views.filter((view) => !views.some((other) => reads(view, other)));
  if (ready.length === 0) throw new Error(`views read from each other: ${views.map(({ name }) => name)}`);
  return [...ready, ...inOrder(views.filter((view) => !ready.includes(view)))];
}

/** Whether a view reads from another one, or from a table. */
export const reads = ({ sql }: ViewFile, { name }: { name: string }): boolean =>
  new RegExp(`\\}\\.${name}\\b`).test(sql);
