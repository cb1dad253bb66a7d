/**
 * DuckDB reads 2,048 rows at a time, whatever is in them: a gigabyte, where each is a page of 1,000 friends. So a table
 * whose lists of records have become long lies in parts, tables of their own; a view of DuckDB's then has its name and
 * shows them as one. Not done for such a table: MERGE, and a change of rows that looks at the table's other rows.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { append } from './append.ts';
import type { Database } from './database.ts';
import { refuse } from './errors.ts';
import { columnDefinition } from './schema.ts';
import type { Translated } from './translate.ts';
import { type Field, isRecord, literal, quoted } from './types.ts';

/** Records in the lists of a part, after which the table goes on in another one: of friends 50 MB or less. */
const MOST_RECORDS = 100_000;

interface Table {
  /** 1: the table itself. */
  parts: number;
  /** In the lists of the newest part; undefined: they are to be counted. */
  records?: number | undefined;
}

/** `path`: project, dataset and table. */
export class Parts {
  readonly #database: Database;
  readonly #mostRecords: number;
  readonly #tables = new Map<string, Table>();

  constructor(database: Database, mostRecords = MOST_RECORDS) {
    this.#database = database;
    this.#mostRecords = mostRecords;
  }

  async load(project: string): Promise<void> {
    const sql = `SELECT schema_name, split_part(table_name, '~', 1), COUNT(*) FROM duckdb_tables()
      WHERE database_name = ${literal(project)} AND contains(table_name, '~') GROUP BY ALL`;
    const found = await this.#database.read((connection) => connection.runAndReadAll(sql));
    for (const [dataset, table, parts] of found.getRows())
      this.#tables.set(JSON.stringify([project, dataset, table]), { parts: Number(parts) });
  }

  /** The part that rows are added to. */
  newest(path: string[]): string[] {
    return this.#all(path).at(-1) ?? path;
  }

  /** To be awaited before rows are added. `fields` tells the columns that the table has by now. */
  async makeRoom(path: string[], fields: () => Field[]): Promise<void> {
    const lists = listsOf(fields());
    const table = this.#of(path);
    if (lists.length === 0) return;
    table.records ??= await this.#count(this.newest(path), lists);
    if (table.records < this.#mostRecords) return;
    const goOn = async (connection: DuckDBConnection) => {
      const { parts, records = 0 } = this.#of(path);
      // Another one made room while this one waited.
      if (records < this.#mostRecords) return parts;
      const first = quoted(partOf(path, 1).at(-1) ?? '');
      if (parts === 1) await connection.run(`ALTER TABLE ${nameOf(path)} RENAME TO ${first}`);
      const columns = fields().map(columnDefinition).join(', ');
      await connection.run(`CREATE TABLE ${nameOf(partOf(path, parts + 1))}(${columns})`);
      await connection.run(viewOf(path, parts + 1));
      return parts + 1;
    };
    await this.#database.write(goOn, (parts) => {
      if (parts > this.#of(path).parts) this.#tables.set(JSON.stringify(path), { parts, records: 0 });
    });
  }

  async append(
    connection: DuckDBConnection,
    path: string[],
    fields: Field[],
    records: Record<string, unknown>[],
  ): Promise<void> {
    await append(connection, this.newest(path), fields, records);
    const table = this.#of(path);
    if (table.records === undefined) return;
    for (const { name } of listsOf(fields))
      for (const record of records) table.records += (record[name] as unknown[]).length;
  }

  /** Returns how many rows were changed. `sql` is of the newest part. */
  async change(
    connection: DuckDBConnection,
    { sql, statement, target }: Translated,
    values: Record<string, string | null>,
  ): Promise<number> {
    const run = async (text: string) => (await connection.run(text, values)).rowsChanged;
    if (!target) return run(sql);
    const parts = this.#all(target);
    this.#of(target).records = undefined;
    if (parts.length === 1 || statement === 'INSERT') return run(sql);
    if (sql.includes(nameOf(target)))
      refuse(`${statement} by other rows of a table with more than ${this.#mostRecords} records in lists`);
    let changed = 0;
    const newest = nameOf(this.newest(target));
    for (const part of parts) changed += await run(sql.replace(newest, () => nameOf(part)));
    return changed;
  }

  /** As definitions of DuckDB's. */
  async addColumns(connection: DuckDBConnection, path: string[], columns: string[]): Promise<void> {
    const parts = this.#all(path);
    for (const part of parts)
      for (const column of columns) await connection.run(`ALTER TABLE ${nameOf(part)} ADD COLUMN ${column}`);
    if (parts.length > 1) await connection.run(viewOf(path, parts.length));
  }

  async drop(connection: DuckDBConnection, path: string[]): Promise<void> {
    const parts = this.#all(path);
    if (parts.length > 1) await connection.run(`DROP VIEW ${nameOf(path)}`);
    for (const part of parts) await connection.run(`DROP TABLE ${nameOf(part)}`);
  }

  /** What was dropped is no more. */
  forget(path: string[]): void {
    this.#tables.delete(JSON.stringify(path));
  }

  #of(path: string[]): Table {
    const key = JSON.stringify(path);
    const table = this.#tables.get(key) ?? { parts: 1 };
    this.#tables.set(key, table);
    return table;
  }

  #all(path: string[]): string[][] {
    const { parts } = this.#of(path);
    return parts === 1 ? [path] : Array.from({ length: parts }, (_, at) => partOf(path, at + 1));
  }

  async #count(part: string[], lists: Field[]): Promise<number> {
    const records = lists.map(({ name }) => `len(${quoted(name)})`).join(' + ');
    const sql = `SELECT COALESCE(SUM(${records}), 0) FROM ${nameOf(part)}`;
    const counted = await this.#database.read((connection) => connection.runAndReadAll(sql));
    return Number(counted.getRows()[0]?.[0]);
  }
}

const listsOf = (fields: Field[]) => fields.filter((field) => isRecord(field) && field.mode === 'REPEATED');
const nameOf = (path: string[]) => path.map(quoted).join('.');
/** No table of BigQuery's has such a name. */
const partOf = (path: string[], number: number) => path.with(-1, `${path.at(-1)}~${number}`);

function viewOf(path: string[], parts: number): string {
  const all = Array.from({ length: parts }, (_, at) => `FROM ${nameOf(partOf(path, at + 1))}`);
  return `CREATE OR REPLACE VIEW ${nameOf(path)} AS ${all.join(' UNION ALL BY NAME ')}`;
}
