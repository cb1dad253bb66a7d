/** The methods of the REST API: https://cloud.google.com/bigquery/docs/reference/rest. Not imitated: paging of lists. */
import { randomUUID } from 'node:crypto';
import type { Catalog } from './catalog.ts';
import { ApiError } from './errors.ts';
import type { InsertRequest, Inserts } from './insert.ts';
import type { Job, Jobs, QueryRequest } from './jobs.ts';
import { page } from './results.ts';
import type { Resource } from './store.ts';

export interface Services {
  project: string;
  catalog: Catalog;
  jobs: Jobs;
  inserts: Inserts;
}

/** Returns what is answered, as JSON; rejects with ApiError. */
export type Answer = (method: string, url: string, body: unknown) => Promise<string>;

interface Request {
  /** What the path names: dataset, table, job. */
  d: string;
  t: string;
  j: string;
  query: Record<string, string>;
  body: never;
}

type JobRequest = {
  configuration: { query: QueryRequest; dryRun?: boolean };
  jobReference?: { jobId?: string };
};
type Queries = QueryRequest & {
  requestId?: string;
  dryRun?: boolean;
  maxResults?: number;
  formatOptions?: object;
};

export function answerer(services: Services): Answer {
  const routes = Object.entries({ ...catalogMethods(services), ...jobMethods(services) }).map(
    ([name, handle]) => {
      const pattern = name.replace(/:(\w)/g, '(?<$1>[^/]+)');
      return { pattern: new RegExp(`^${pattern}$`), handle };
    },
  );
  return async (method, url, body) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const [, project = '', path] = /^(?:\/bigquery\/v2)?\/projects\/([^/]+)\/(.*)$/.exec(pathname) ?? [];
    if (project !== services.project) throw new ApiError('notFound', `Not found: Project ${project}`);
    const wanted = `${method === 'PUT' ? 'PATCH' : method} ${path}`;
    const route = routes.find(({ pattern }) => pattern.test(wanted));
    if (!route) throw new ApiError('notFound', `the local warehouse has no ${wanted}`);
    const ids = { d: '', t: '', j: '', ...route.pattern.exec(wanted)?.groups };
    const answer = await route.handle({
      ...ids,
      query: Object.fromEntries(searchParams),
      body: body as never,
    });
    return typeof answer === 'string' ? answer : JSON.stringify(answer ?? {});
  };
}

const catalogMethods = ({
  project,
  catalog,
  inserts,
}: Services): Record<string, (request: Request) => unknown> => ({
  'GET datasets': () => ({ datasets: catalog.datasets() }),
  'POST datasets': ({ body }) => catalog.createDataset(body),
  'GET datasets/:d': ({ d }) => catalog.dataset(d),
  'DELETE datasets/:d': ({ d, query }) => catalog.deleteDataset(d, query.deleteContents === 'true'),
  'GET datasets/:d/tables': ({ d }) => ({ tables: catalog.tables(d) }),
  'POST datasets/:d/tables': ({ d, body }) => catalog.createTable(d, body as Resource),
  'GET datasets/:d/tables/:t': ({ d, t }) => catalog.table(d, t),
  'PATCH datasets/:d/tables/:t': ({ d, t, body }) => catalog.updateTable(d, t, body),
  'DELETE datasets/:d/tables/:t': ({ d, t }) => catalog.deleteTable(d, t),
  'POST datasets/:d/tables/:t/insertAll': ({ d, t, body }) =>
    inserts.insert([project, d, t], catalog.table(d, t).schema?.fields ?? [], body as InsertRequest),
});

function jobMethods({ project, catalog, jobs }: Services): Record<string, (request: Request) => unknown> {
  const reference = (jobId: string) => ({ projectId: project, jobId, location: 'US' });
  const described = ({ id, statement, fields, changedRows: numDmlAffectedRows }: Job) => {
    const query = {
      statementType: statement,
      totalBytesProcessed: '0',
      schema: { fields },
      numDmlAffectedRows,
    };
    const known = { kind: 'bigquery#job', jobReference: reference(id), configuration: { jobType: 'QUERY' } };
    return { ...known, id: `${project}:US.${id}`, status: { state: 'DONE' }, statistics: { query } };
  };
  const results = (job: Job, query: Record<string, unknown>) => {
    const from = Number(String(query.pageToken ?? '').split('/')[1] ?? query.startIndex ?? 0);
    const micros = String(query['formatOptions.useInt64Timestamp']) === 'true';
    const { total, rows, next } = page(
      job,
      from,
      Number(query.maxResults ?? Number.POSITIVE_INFINITY),
      micros,
    );
    const answer = {
      jobReference: reference(job.id),
      jobComplete: true,
      schema: { fields: job.fields },
      totalRows: String(total),
      totalBytesProcessed: '0',
      numDmlAffectedRows: job.changedRows,
      pageToken: next && `${job.id}/${next}`,
    };
    return `${JSON.stringify(answer).slice(0, -1)},"rows":[${rows.join(',')}]}`;
  };
  return {
    'POST queries': async ({ body }) => {
      const {
        requestId = randomUUID(),
        dryRun,
        maxResults,
        formatOptions = {},
        ...request
      } = body as Queries;
      const format = Object.entries(formatOptions).map(([name, value]) => [`formatOptions.${name}`, value]);
      // A request that is sent again has its requestId: it must not insert twice.
      const job = await (dryRun ? jobs.dryRun(request) : jobs.run(`job_${requestId}`, request));
      return results(job, { maxResults, ...Object.fromEntries(format) });
    },
    'GET queries/:j': async ({ j, query }) => results(await jobs.get(j), query),
    'POST jobs': async ({ body }) => {
      const { configuration, jobReference } = body as JobRequest;
      const id = jobReference?.jobId ?? `job_${randomUUID()}`;
      if (jobs.has(id)) throw new ApiError('duplicate', `Already Exists: Job ${project}:US.${id}`);
      const { query, dryRun } = configuration;
      return described(await (dryRun ? jobs.dryRun(query) : jobs.run(id, query)));
    },
    'GET jobs/:j': async ({ j }) => described(await jobs.get(j)),
    'GET datasets/:d/tables/:t/data': async ({ d, t, query }) => {
      catalog.table(d, t);
      const id = query.pageToken?.split('/')[0] ?? `job_${randomUUID()}`;
      return results(
        await jobs.run(id, { query: `SELECT * FROM \`${d}.${t}\``, useLegacySql: false }),
        query,
      );
    },
  };
}
