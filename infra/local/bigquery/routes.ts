/** The methods of the REST API: https://cloud.google.com/bigquery/docs/reference/rest. Not imitated: paging of lists. */
import { randomUUID } from 'node:crypto';
import type { Catalog } from './catalog.ts';
import { ApiError } from './errors.ts';
import type { InsertRequest, Inserts } from './insert.ts';
import type { Jobs } from './jobs.ts';
import { jobResource, pageOfResults } from './results.ts';
import type { QueryRequest, Statements } from './statements.ts';
import type { Resource } from './store.ts';

export interface Services {
  project: string;
  catalog: Catalog;
  statements: Statements;
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
  body: unknown;
}
type Methods = Record<string, (request: Request) => unknown>;

interface QueriesBody extends QueryRequest {
  requestId?: string;
  dryRun?: boolean;
  maxResults?: number;
  formatOptions?: { useInt64Timestamp?: boolean };
}
interface JobBody {
  configuration: { query: QueryRequest; dryRun?: boolean };
  jobReference?: { jobId?: string };
}

export function answerer(services: Services): Answer {
  const routes = Object.entries({ ...catalogMethods(services), ...jobMethods(services) }).map(
    ([path, handle]) => ({ pattern: new RegExp(`^${path.replace(/:(\w)/g, '(?<$1>[^/]+)')}$`), handle }),
  );
  return async (method, url, body) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const [, project = '', path] = /^(?:\/bigquery\/v2)?\/projects\/([^/]+)\/(.*)$/.exec(pathname) ?? [];
    if (project !== services.project) throw new ApiError('notFound', `Not found: Project ${project}`);
    const wanted = `${method === 'PUT' ? 'PATCH' : method} ${path}`;
    const route = routes.find(({ pattern }) => pattern.test(wanted));
    if (!route) throw new ApiError('notFound', `the local warehouse has no ${wanted}`);
    const ids = { d: '', t: '', j: '', ...route.pattern.exec(wanted)?.groups };
    const answer = await route.handle({ ...ids, query: Object.fromEntries(searchParams), body });
    return typeof answer === 'string' ? answer : JSON.stringify(answer ?? {});
  };
}

const catalogMethods = ({ project, catalog, inserts }: Services): Methods => ({
  'GET datasets': () => ({ datasets: catalog.datasets() }),
  'POST datasets': ({ body }) => catalog.createDataset(body as Resource),
  'GET datasets/:d': ({ d }) => catalog.dataset(d),
  'DELETE datasets/:d': ({ d, query }) => catalog.deleteDataset(d, query.deleteContents === 'true'),
  'GET datasets/:d/tables': ({ d }) => ({ tables: catalog.tables(d) }),
  'POST datasets/:d/tables': ({ d, body }) => catalog.createTable(d, body as Resource),
  'GET datasets/:d/tables/:t': ({ d, t }) => catalog.table(d, t),
  'PATCH datasets/:d/tables/:t': ({ d, t, body }) => catalog.updateTable(d, t, body as Resource),
  'DELETE datasets/:d/tables/:t': ({ d, t }) => catalog.deleteTable(d, t),
  'POST datasets/:d/tables/:t/insertAll': async ({ d, t, body }) => {
    await catalog.makeRoom(d, t);
    return inserts.insert([project, d, t], catalog.streamedFields(d, t), body as InsertRequest);
  },
});

const newId = () => `job_${randomUUID()}`;

const jobMethods = ({ project, catalog, statements, jobs }: Services): Methods => ({
  'POST queries': async ({ body }) => {
    const { requestId, dryRun, maxResults, formatOptions, ...request } = body as QueriesBody;
    // A request that is sent again has its requestId: it must not insert twice.
    const id = requestId ? `job_${requestId}` : newId();
    const job = dryRun ? { id: '', ...(await statements.dryRun(request)) } : await jobs.run(id, request);
    const format = { 'formatOptions.useInt64Timestamp': formatOptions?.useInt64Timestamp };
    return pageOfResults(project, job, { maxResults, ...format });
  },
  'GET queries/:j': async ({ j, query }) => pageOfResults(project, await jobs.get(j), query),
  'POST jobs': async ({ body }) => {
    const { configuration, jobReference } = body as JobBody;
    const id = jobReference?.jobId ?? newId();
    if (jobs.has(id)) throw new ApiError('duplicate', `Already Exists: Job ${project}:US.${id}`);
    const { query, dryRun } = configuration;
    if (dryRun) return jobResource(project, { id: '', ...(await statements.dryRun(query)) });
    const job = await jobs.run(id, query);
    if (job.failure) throw job.failure;
    return jobResource(project, job);
  },
  'GET jobs/:j': async ({ j }) => jobResource(project, await jobs.get(j)),
  'GET datasets/:d/tables/:t/data': async ({ d, t, query }) => {
    catalog.table(d, t);
    const id = query.pageToken?.split('/')[0] ?? newId();
    const all = { query: `SELECT * FROM \`${d}\`.\`${t}\``, useLegacySql: false };
    return pageOfResults(project, await jobs.run(id, all), query);
  },
});
