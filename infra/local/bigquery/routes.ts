/** https://cloud.google.com/bigquery/docs/reference/rest */
import { randomUUID } from 'node:crypto';
import type { Catalog, Resource } from './catalog.ts';
import { ApiError } from './errors.ts';
import type { InsertRequest, Inserts } from './insert.ts';
import { type Job, type Jobs, page, type QueryRequest } from './jobs.ts';

/** Returns the JSON text of the answer; rejects with ApiError. */
export type Answer = (method: string, url: string, body: unknown) => Promise<string>;

interface Services {
  project: string;
  catalog: Catalog;
  jobs: Jobs;
  inserts: Inserts;
}

type Query = Record<string, string>;
type Handler = (ids: string[], body: never, query: Query) => unknown;

export function route(services: Services): Answer {
  const routes = [...catalogRoutes(services), ...jobRoutes(services)];
  return async (method, url, body) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const [, project = '', path = ''] = /^(?:\/bigquery\/v2)?\/projects\/([^/]+)\/(.*)$/.exec(pathname) ?? [];
    if (decodeURIComponent(project) !== services.project)
      throw new ApiError('notFound', `Not found: Project ${project}`);
    for (const [route, handle] of routes) {
      const [verbs = '', pattern = ''] = route.split(' ');
      const ids = new RegExp(`^${pattern.replaceAll('*', '([^/]+)')}$`).exec(path);
      if (!ids || !verbs.split('|').includes(method)) continue;
      const answer = await handle(
        ids.slice(1).map(decodeURIComponent),
        body as never,
        Object.fromEntries(searchParams),
      );
      return typeof answer === 'string' ? answer : JSON.stringify(answer ?? {});
    }
    throw new ApiError('notFound', `the local warehouse has no ${method} ${pathname}`);
  };
}

const catalogRoutes = ({ catalog, inserts }: Services): [string, Handler][] => [
  ['GET datasets', () => ({ datasets: catalog.datasets() })],
  ['POST datasets', (_ids, body) => catalog.createDataset(body)],
  ['GET datasets/*', ([dataset = '']) => catalog.dataset(dataset)],
  [
    'DELETE datasets/*',
    ([dataset = ''], _body, query) => catalog.deleteDataset(dataset, query.deleteContents === 'true'),
  ],
  ['GET datasets/*/tables', ([dataset = '']) => ({ tables: catalog.tables(dataset) })],
  ['POST datasets/*/tables', ([dataset = ''], body) => catalog.createTable(dataset, body)],
  ['GET datasets/*/tables/*', ([dataset = '', table = '']) => catalog.table(dataset, table)],
  [
    'PATCH|PUT datasets/*/tables/*',
    ([dataset = '', table = ''], body: Resource) => catalog.updateTable(dataset, table, body),
  ],
  ['DELETE datasets/*/tables/*', ([dataset = '', table = '']) => catalog.deleteTable(dataset, table)],
  [
    'POST datasets/*/tables/*/insertAll',
    ([dataset = '', table = ''], body: InsertRequest) => inserts.insert(catalog.table(dataset, table), body),
  ],
];

function jobRoutes({ project, catalog, jobs }: Services): [string, Handler][] {
  const reference = (id: string) => ({ projectId: project, jobId: id, location: 'US' });
  const newId = () => `job_${randomUUID()}`;
  const resource = ({ id, statement, fields, changedRows }: Job) => ({
    kind: 'bigquery#job',
    id: `${project}:US.${id}`,
    jobReference: reference(id),
    configuration: { jobType: 'QUERY' },
    status: { state: 'DONE' },
    statistics: {
      query: {
        statementType: statement,
        totalBytesProcessed: '0',
        schema: { fields },
        numDmlAffectedRows: changedRows,
      },
    },
  });
  const results = (job: Job, query: Query) => {
    const start = Number(query.pageToken?.split('/').at(-1) ?? query.startIndex ?? 0);
    const micros = query['formatOptions.useInt64Timestamp'] === 'true';
    const { rows, next } = page(job, start, Number(query.maxResults ?? Number.POSITIVE_INFINITY), micros);
    const answer = {
      kind: 'bigquery#queryResponse',
      jobReference: reference(job.id),
      jobComplete: true,
      schema: { fields: job.fields },
      totalRows: String(job.reader?.currentRowCount ?? 0),
      totalBytesProcessed: '0',
      numDmlAffectedRows: job.changedRows,
      pageToken: next === undefined ? undefined : `${job.id}/${next}`,
    };
    return `${JSON.stringify(answer).slice(0, -1)},"rows":[${rows.join(',')}]}`;
  };
  return [
    [
      'POST queries',
      async (
        _ids,
        body: QueryRequest & {
          requestId?: string;
          dryRun?: boolean;
          maxResults?: number;
          formatOptions?: { useInt64Timestamp?: boolean };
        },
      ) => {
        const job = await (body.dryRun
          ? jobs.dryRun(body)
          : jobs.run(`job_${body.requestId ?? randomUUID()}`, body));
        const micros = String(body.formatOptions?.useInt64Timestamp ?? false);
        return results(job, {
          'formatOptions.useInt64Timestamp': micros,
          ...(body.maxResults !== undefined && { maxResults: String(body.maxResults) }),
        });
      },
    ],
    ['GET queries/*', async ([id = ''], _body, query) => results(await jobs.get(id), query)],
    [
      'POST jobs',
      async (
        _ids,
        body: { configuration: { query: QueryRequest; dryRun?: boolean }; jobReference?: { jobId?: string } },
      ) => {
        const { query, dryRun } = body.configuration;
        const id = body.jobReference?.jobId ?? newId();
        if (jobs.has(id)) throw new ApiError('duplicate', `Already Exists: Job ${project}:US.${id}`);
        return resource(await (dryRun ? jobs.dryRun(query) : jobs.run(id, query)));
      },
    ],
    ['GET jobs/*', async ([id = '']) => resource(await jobs.get(id))],
    [
      'GET datasets/*/tables/*/data',
      async ([dataset = '', table = ''], _body, query) => {
        catalog.table(dataset, table);
        const id = query.pageToken?.split('/')[0] ?? newId();
        const text = { query: `SELECT * FROM \`${dataset}.${table}\``, useLegacySql: false };
        return results(await jobs.run(id, text), query);
      },
    ],
  ];
}
