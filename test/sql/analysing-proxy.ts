import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { INFORMATION } from '../../infra/local/bigquery/information-schema.ts';
import type { QueryParameter } from '../../infra/local/bigquery/parameters.ts';
import type { Resource } from '../../infra/local/bigquery/store.ts';
import type { Field } from './values.ts';
import type { Catalog, Query, ZetaSql } from './zetasql.ts';

/** A statement that the stand-in has taken, and what Google's analyzer objects to in it. */
export interface Disagreement {
  sql: string;
  objection: string;
}

interface Statement {
  query: string;
  queryParameters?: QueryParameter[];
  defaultDataset?: { datasetId: string };
}

/** Stands before BigQuery's stand-in: each statement that it takes is put to the analyzer, over the tables there are. */
export async function startAnalysingProxy(target: string, project: string, zetasql: ZetaSql) {
  const analysed: string[] = [];
  const disagreements: Disagreement[] = [];
  const ask = async (path: string) =>
    (await (await fetch(`${target}/projects/${project}/${path}`)).json()) as Resource;

  async function datasets(): Promise<Catalog[]> {
    const { datasets: found } = (await ask('datasets')) as { datasets: Resource[] };
    const names = found.map(({ datasetReference }) => datasetReference?.datasetId ?? '');
    return Promise.all(
      names.map(async (name) => {
        // Another file's dataset may be gone by now.
        const { tables = [] } = (await ask(`datasets/${name}/tables`)) as { tables?: Resource[] };
        return { name, tables: tables.map(tableOf), catalogs: [INFORMATION_SCHEMA] };
      }),
    );
  }

  async function analyse({ query: sql, queryParameters = [], defaultDataset }: Statement) {
    analysed.push(sql);
    const all = await datasets();
    const { tables } = all.find(({ name }) => name === defaultDataset?.datasetId) ?? { tables: [] };
    const params = queryParameters.map(({ name = '', parameterType }) => ({
      name,
      type: typeOf(parameterType),
    }));
    const objection = await zetasql.analyzeStatement({ sql, ...named(project, all, tables), params }).then(
      () => null,
      (error) => String(error),
    );
    if (objection) disagreements.push({ sql, objection });
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const { method = '', url = '', headers } = request;
    const body = await buffer(request);
    const { 'content-type': type = 'application/json', 'content-encoding': encoding } = headers;
    const sent = { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) };
    const answer = await fetch(target + url, { method, headers: sent, ...(body.length > 0 && { body }) });
    const statement = answer.ok ? statementIn(body) : undefined;
    if (statement) await analyse(statement);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error) => response.destroy(error));
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, analysed, disagreements, close };
}

/** Of a query, a job, or a view that is made or replaced. */
function statementIn(body: Buffer): Statement | undefined {
  // Requests of megabytes are rows.
  const sent = body.length > 0 && body.length < 1e6 ? JSON.parse(String(body)) : {};
  if (sent.view) return { query: sent.view.query };
  const { query = sent } = sent.configuration ?? {};
  return typeof query.query === 'string' ? query : undefined;
}

const INFORMATION_SCHEMA: Catalog = {
  name: 'INFORMATION_SCHEMA',
  tables: Object.entries(INFORMATION).map(([name, schema]) => ({ name, schema })),
};

const tableOf = ({ tableReference, schema }: Resource) => ({
  name: tableReference?.tableId ?? '',
  schema: (schema?.fields ?? []) as Field[],
});

/** BigQuery takes a path in backticks whole or part by part, the engine takes it as it stands: so all forms are there. */
function named(project: string, datasets: Catalog[], defaults: Catalog['tables']): Omit<Query, 'sql'> {
  const whole = datasets.flatMap(({ name, tables }) =>
    [`${name}.`, `${project}.${name}.`].flatMap((path) =>
      tables.map((table) => ({ ...table, name: path + table.name })),
    ),
  );
  const halves = datasets.map((each) => ({ ...each, name: `${project}.${each.name}` }));
  const parts = { name: project, tables: [], catalogs: datasets };
  return { tables: [...defaults, ...whole], catalogs: [...datasets, ...halves, parts] };
}

function typeOf({ type, arrayType, structTypes = [] }: QueryParameter['parameterType']): Omit<Field, 'name'> {
  if (arrayType) return { ...typeOf(arrayType), mode: 'REPEATED' };
  const fields = structTypes.map((member) => ({ name: member.name, ...typeOf(member.type) }));
  return type === 'STRUCT' ? { type: 'RECORD', fields } : { type };
}
