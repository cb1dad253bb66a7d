import { decode, encode, type Field, type Plain, type ZetaType, type ZetaValue, zetaType } from './values.ts';
import { startServer } from './zetasql-server.ts';

/**
 * Google's own SQL engine, as the package @fivetrandevelopers/zetasql ships it: the parser and analyzer that
 * BigQuery is built on, and a reference evaluator. Its language is a superset of BigQuery's.
 */
export interface ZetaSql {
  /** The columns that a query returns. Throws what the analyzer objects to, with line and column. */
  analyze(query: Query): Promise<Field[]>;
  /** Analyses any statement: a query, INSERT, UPDATE, DELETE, MERGE, CREATE VIEW. */
  analyzeStatement(query: Query): Promise<void>;
  /** The rows that the reference evaluator returns, `contents` being those of the tables. */
  evaluate(query: Query, contents: Record<string, Row[]>): Promise<Row[]>;
  stop(): Promise<void>;
}

export type Row = Record<string, Plain>;

/** Tables that a text may name by a path that begins with this name. */
export interface Catalog {
  name: string;
  tables: { name: string; schema: Field[] }[];
  catalogs?: Catalog[];
}

export interface Query {
  sql: string;
  /** Tables that the text may name, unqualified (contents can be given for such tables only). */
  tables: Catalog['tables'];
  catalogs?: Catalog[];
  params?: { name: string; type: Omit<Field, 'name'>; value?: Plain }[];
}

export async function startZetaSql(): Promise<ZetaSql> {
  const { call, stop } = await startServer();
  const { enabledLanguageFeatures } = await call('getLanguageOptions', { maximumFeatures: true });
  // It stands apart here, and is in BigQuery: https://cloud.google.com/bigquery/docs/reference/standard-sql/operators#interval_arithmetic_operators
  const features = [...(enabledLanguageFeatures as string[]), 'FEATURE_INTERVAL_TYPE'];
  const request = (query: Query) => requestOf(query, features);

  const analyze = async (query: Query) => {
    const { prepared } = await call('prepareQuery', request(query));
    return (prepared as { columns: { name: string; type: ZetaType }[] }).columns.map(({ name, type }) => ({
      name,
      ...fieldType(type),
    }));
  };
  return {
    analyze,
    async analyzeStatement({ sql, ...query }) {
      await call('analyze', { ...request({ ...query, sql: '' }), sql: undefined, sqlStatement: sql });
    },
    async evaluate(query, contents) {
      const columns = await analyze(query);
      const response = await call('evaluateQuery', {
        ...request(query),
        params: (query.params ?? []).map(({ name, type, value }) => ({
          name,
          value: encode(zetaType(type), value),
        })),
        tableContent: Object.fromEntries(
          query.tables.map(({ name, schema }) => [name, tableOf(schema, contents[name] ?? [])]),
        ),
      });
      return rowsOf(columns, response.content as TableContent);
    },
    stop,
  };
}

function requestOf({ sql, params = [], ...catalog }: Query, enabledLanguageFeatures: string[]) {
  return {
    sql,
    descriptorPoolList: { definitions: [{ builtin: {} }] },
    options: {
      parameterMode: 'PARAMETER_NAMED',
      defaultTimezone: 'UTC',
      languageOptions: {
        productMode: 'PRODUCT_EXTERNAL',
        nameResolutionMode: 'NAME_RESOLUTION_DEFAULT',
        enabledLanguageFeatures,
        reservedKeywords: ['QUALIFY'],
        supportedStatementKinds: STATEMENTS,
      },
      queryParameters: params.map(({ name, type }) => ({ name, type: zetaType(type) })),
    },
    simpleCatalog: {
      name: 'dodo',
      builtinFunctionOptions: {
        languageOptions: { productMode: 'PRODUCT_EXTERNAL', enabledLanguageFeatures },
      },
      ...catalogOf(catalog, { next: 1 }),
    },
  };
}

/** Each table has a number of its own. */
function catalogOf({ tables, catalogs = [] }: Omit<Catalog, 'name'>, ids: { next: number }): object {
  return {
    table: tables.map(({ name, schema }) => ({
      name,
      serializationId: ids.next++,
      column: schema.map((field) => ({ name: field.name, type: zetaType(field) })),
    })),
    catalog: catalogs.map((each) => ({ name: each.name, ...catalogOf(each, ids) })),
  };
}

const KINDS = ['QUERY', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'CREATE_VIEW'];
const STATEMENTS = KINDS.map((kind) => `RESOLVED_${kind}_STMT`);

interface TableContent {
  tableData?: { row?: { cell: ZetaValue[] }[] };
}

function tableOf(schema: Field[], rows: Row[]): TableContent {
  return {
    tableData: {
      row: rows.map((row) => ({ cell: schema.map((field) => encode(zetaType(field), row[field.name])) })),
    },
  };
}

function rowsOf(columns: Field[], { tableData }: TableContent): Row[] {
  return (tableData?.row ?? []).map(({ cell }) =>
    Object.fromEntries(columns.map((column, at) => [column.name, decode(zetaType(column), cell[at] ?? {})])),
  );
}

/** ZetaSQL's type back to BigQuery's, so that a view's columns can serve as a table of the next query. */
function fieldType(type: ZetaType): Omit<Field, 'name'> {
  if (type.typeKind === 'TYPE_ARRAY' && type.arrayType !== undefined)
    return { ...fieldType(type.arrayType.elementType), mode: 'REPEATED' };
  if (type.typeKind === 'TYPE_STRUCT')
    return {
      type: 'RECORD',
      fields: (type.structType?.field ?? []).map((member) => ({
        name: member.fieldName,
        ...fieldType(member.fieldType),
      })),
    };
  return { type: type.typeKind.replace('TYPE_', '').replace('DOUBLE', 'FLOAT64') };
}
