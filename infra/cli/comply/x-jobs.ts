import http from 'node:http';
import https from 'node:https';
import {
  type BatchComplianceJobV2,
  type BatchComplianceListV2Result,
  type BatchComplianceV2Result,
  TwitterApi,
} from 'twitter-api-v2';
import { hiderOf } from '../../../shared/x/hidden-token.ts';
import { Failure } from '../terminal/errors.ts';
import { type Patience, patiently, Refused } from './patience.ts';
import { type Result, readResult } from './result.ts';
import { chunksOf } from './result-body.ts';

/** A job as X tells it. Its two addresses are secrets. */
export type XJob = Pick<BatchComplianceJobV2, 'id' | 'status' | 'upload_url' | 'download_url'> & {
  name?: string;
};

export interface XJobs {
  /** 'taken': X has another one of this app, and takes one at a time. */
  create(name: string): Promise<XJob | 'taken'>;
  /** By our name of it; undefined: X has none. */
  named(name: string): Promise<XJob | undefined>;
  /** Undefined: X knows it no longer. */
  get(id: string): Promise<XJob | undefined>;
  cancel(id: string): Promise<void>;
  /** False: its time for that is over. */
  upload(job: XJob, ids: Buffer): Promise<boolean>;
  /** The whole result. 'gone': X holds it no longer. */
  result(job: XJob): Promise<Result | 'gone'>;
}

/** So long X takes ids for a job. */
const UPLOAD_MS = 15 * 60_000;
/** That nothing comes any more is found out earlier. */
const DOWNLOAD_MS = 60 * 60_000;
const TYPE = 'users';

/**
 * X's batch compliance, which tells what must be taken out of what is stored, and is for nothing else:
 * https://docs.x.com/x-api/compliance/batch-compliance/integrate. Not by the library's `sendComplianceJob`, which tells the
 * job's id only once all is uploaded, nor by its `complianceJobResult`, which waits without a word and holds a result
 * whole, several times. All throw Failure where X refuses, or gives no answer for long.
 */
export function createXJobs(baseUrl: string, token: string, patience: Patience): XJobs {
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new Failure('X_BEARER_TOKEN must be one word of visible ASCII characters (no line break).');
  const base = new URL(`${baseUrl}/2/`);
  const clientFor = ({ protocol }: URL) =>
    new TwitterApi(token, {
      compression: false,
      httpAgent: new (protocol === 'http:' ? http : https).Agent(),
    }).v2;
  const api = clientFor(base);
  const prefix = base.href;
  const of = { ...patience, hidden: hiderOf(token) };
  // Ids and results lie at X's own host, which asks for the token, or, as before 2026, at a store, which must not get it.
  const getsToken = (url: URL) => url.origin === base.origin;

  return {
    async create(name) {
      const body = { type: TYPE, name };
      const created = patiently(of, () =>
        api.post<BatchComplianceV2Result>('compliance/jobs', body, { prefix, forceBodyMode: 'json' }),
      );
      return unless([409], created).then((answer) => answer?.data ?? 'taken');
    },

    async named(name) {
      const asked = patiently(of, () =>
        api.get<Partial<BatchComplianceListV2Result>>('compliance/jobs', { type: TYPE }, { prefix }),
      );
      return (await unless([], asked))?.data?.find((job: XJob) => job.name === name);
    },

    async get(id) {
      const asked = patiently(of, () =>
        api.get<BatchComplianceV2Result>('compliance/jobs/:id', undefined, { prefix, params: { id } }),
      );
      return (await unless([404], asked))?.data;
    },

    async cancel(id) {
      const asked = patiently(of, () =>
        api.delete('compliance/jobs/:id', undefined, { prefix, params: { id } }),
      );
      await unless([404, 409], asked);
    },

    async upload({ upload_url }, ids) {
      const url = new URL(upload_url);
      const how = {
        ...{ prefix: '', forceBodyMode: 'raw' as const, forceParseMode: 'text' as const },
        ...{ enableAuth: getsToken(url), headers: { 'content-type': 'text/plain' } },
      };
      const put = patiently({ ...of, deadlineMs: UPLOAD_MS }, async () => {
        await clientFor(url).put(upload_url, ids as unknown as Record<string, never>, how);
        return true;
      });
      return (await unless([403, 404, 410], put)) ?? false;
    },

    async result({ download_url }) {
      const headers = getsToken(new URL(download_url)) ? { authorization: `Bearer ${token}` } : undefined;
      const read = patiently({ ...of, deadlineMs: DOWNLOAD_MS }, async () =>
        readResult(await chunksOf(download_url, headers, of)),
      );
      return (await unless([403, 404, 410], read)) ?? 'gone';
    },
  };
}

/** Undefined where X refuses with one of these; else it fails, in X's words. */
async function unless<T>(statuses: number[], asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (statuses.includes(error.status)) return undefined;
    throw new Failure(
      `X refuses (${error.status}: ${error.message}). Is X_BEARER_TOKEN that of an app which may use batch compliance? The job stays where it is: run it again once that is mended.`,
    );
  }
}
