/** X's batch compliance over HTTP, one job of the type `users` at a time: https://docs.x.com/x-api/compliance */
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Answer, xAnswer } from './answers.ts';
import { countAnswer } from './call-counts.ts';
import {
  type ComplianceJob,
  cancelJob,
  createJob,
  jobShown,
  statusOfJob,
  takeIds,
} from './compliance-jobs.ts';
import type { Call } from './endpoints.ts';
import { strike } from './faults.ts';
import type { Simulator } from './simulator.ts';
import { takeCall } from './windows.ts';

/** https://docs.x.com/x-api/fundamentals/rate-limits */
const CALLS_PER_WINDOW = 150;

type Part = 'submission' | 'download';
interface ComplianceCall {
  endpoint: string;
  method: string;
  id: string;
  part?: Part;
  /** Ids and results lie where the token is not to come. */
  isStore: boolean;
  url: URL;
}

/** What of compliance is asked for, if it is; its endpoint is named as faults and counts name it. */
export function complianceCallOf(method: string, url: URL): ComplianceCall | undefined {
  const [, isStore, id = '', part] =
    /^(?:\/2\/compliance\/jobs|(\/compliance-store))(?:\/(\d+))?(?:\/(submission|download))?$/.exec(
      url.pathname,
    ) ?? [];
  if (id === '' && url.pathname !== '/2/compliance/jobs') return undefined;
  const endpoint = `${method} compliance/jobs${id && '/:id'}${part ? `/${part}` : ''}`;
  return { endpoint, method, id, isStore: isStore !== undefined, url, ...(part && { part: part as Part }) };
}

export async function complianceAnswer(
  simulator: Simulator,
  call: ComplianceCall,
  request: IncomingMessage,
): Promise<Answer> {
  const { calls, windows, limits, clock } = simulator;
  const hasToken = /^Bearer \S+$/.test(request.headers.authorization ?? '');
  if (call.isStore ? hasToken : !hasToken) return xAnswer('unauthorized');
  const limit = Math.min(limits.limit, CALLS_PER_WINDOW);
  const { outcome, rate } = takeCall(windows, call.endpoint, clock.now(), { ...limits, limit });
  const body = await text(request);
  const asCall: Call = {
    ...{ endpoint: call.endpoint, parameter: 'job', by: 'id' as const, values: [call.id] },
    query: new URLSearchParams(),
  };
  const good = () => strike(simulator, asCall, done(simulator, call, body, originOf(request)));
  const answer = outcome === 'refused' ? xAnswer('rate-limited') : good();
  if (call.method !== 'GET') simulator.save();
  countAnswer(calls, call.endpoint, answer);
  return call.part ? answer : { ...answer, rate: { ...rate, ...answer.rate } };
}

const originOf = ({ socket }: IncomingMessage) => `http://127.0.0.1:${socket.localPort}`;

const problemOf = (status: number, title: string, type = 'about:blank'): Answer => ({
  status,
  body: { title, detail: title, type, status },
});
const CONFLICT = 'https://api.x.com/2/problems/conflict';

function done(simulator: Simulator, call: ComplianceCall, body: string, origin: string): Answer {
  const { compliance, clock } = simulator;
  const now = clock.now();
  const shown = (job: ComplianceJob) => jobShown(compliance, job, origin, now);
  const job = compliance.jobs.find(({ id }) => id === call.id);
  if (call.id !== '' && !job) return problemOf(404, 'Not Found Error');
  if (job && call.part) return atAddress(simulator, job, call, body);
  switch (`${call.method} ${job ? 'job' : 'jobs'}`) {
    case 'GET job':
      return { status: 200, body: { data: job && shown(job) } };
    case 'DELETE job':
      return job && cancelJob(compliance, job, now)
        ? { status: 200, body: { data: { deleted: true } } }
        : problemOf(409, 'the job is over', CONFLICT);
    case 'GET jobs':
      return { status: 200, body: { data: compliance.jobs.map(shown) } };
    case 'POST jobs': {
      const { type, name } = JSON.parse(body || '{}');
      if (type !== 'users')
        return xAnswer('refused', { PARAMETER: 'type', VALUE: `${type}`, WHY: 'is not users' });
      const created = createJob(compliance, name, now);
      return created
        ? { status: 200, body: { data: shown(created) } }
        : problemOf(409, 'a job of this type is already active', CONFLICT);
    }
    default:
      return { status: 404 };
  }
}

/** The two addresses that a job has; who knows the key may use them. */
function atAddress(simulator: Simulator, job: ComplianceJob, call: ComplianceCall, body: string): Answer {
  const { compliance, world, clock } = simulator;
  const status = statusOfJob(job, clock.now());
  if (call.url.searchParams.get('key') !== job.key) return problemOf(401, 'Unauthorized');
  if (call.method === 'PUT' && call.part === 'submission') {
    if (status !== 'created') return problemOf(403, 'Forbidden');
    takeIds(world, job, body, clock.now(), compliance.processingMs);
    return { status: 200 };
  }
  if (call.method !== 'GET' || call.part !== 'download') return { status: 404 };
  return status === 'complete'
    ? { status: 200, body: job.result ?? '', type: 'text/plain' }
    : problemOf(403, 'Forbidden');
}
