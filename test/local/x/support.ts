import http from 'node:http';
import { type ITwitterApiClientPlugin, TwitterApi, type UserV2TimelineResult } from 'twitter-api-v2';
import { onTestFinished } from 'vitest';
import type { Fault } from '../../../infra/local/x/faults.ts';
import { startX } from '../../../infra/local/x/server.ts';
import type { Limits } from '../../../infra/local/x/windows.ts';
import { type DeclaredAccount, declare, type World } from '../../../infra/local/x/world.ts';
import { DrivenClock } from '../../support/driven-clock.ts';

export const worldOf = (...accounts: DeclaredAccount[]): World =>
  declare({ seed: 7, day: 0, accounts: [] }, accounts);

/** 250 friends on three pages, and another's three. */
export const twoAccounts = () =>
  worldOf({ username: 'small', friends: 250, id: '77' }, { username: 'other', friends: 3, id: '78' });

export const redirect = (base: string): ITwitterApiClientPlugin => ({
  onBeforeRequestConfig({ params }) {
    params.url = params.url.replace('https://api.x.com', base);
  },
});

/** The real client, sent to `base` instead of https://api.x.com. It is closed after the test. */
export function xClient(base: string, token = 'any-bearer-token') {
  const httpAgent = new http.Agent({ keepAlive: true });
  onTestFinished(() => httpAgent.destroy());
  return new TwitterApi(token, { compression: false, httpAgent, plugins: [redirect(base)] }).readOnly.v2;
}

export type XClient = ReturnType<typeof xClient>;
export type PageQuery = {
  max_results?: number;
  pagination_token?: string | undefined;
  'user.fields'?: string;
  'tweet.fields'?: string;
  expansions?: string;
};

/** One page of `following` with the answer's headers, as the services ask for it. */
export const pageOf = (client: XClient, id: string, query: PageQuery = {}) =>
  client.get<UserV2TimelineResult>('users/:id/following', query, { params: { id }, fullResponse: true });

/** Every page from the first to the one without a next token; at most `limit`. */
export async function allPages(client: XClient, id: string, query: PageQuery = {}, limit = 50) {
  const pages: UserV2TimelineResult[] = [];
  for (let token: string | undefined; pages.length < limit; ) {
    const { data } = await pageOf(client, id, { ...query, pagination_token: token });
    pages.push(data);
    token = data.meta?.next_token;
    if (!token) return pages;
  }
  throw new Error(`no end after ${limit} pages`);
}

export const friendsIn = (pages: UserV2TimelineResult[]) =>
  pages.flatMap(({ data = [] }) => data.map(({ id, username, name }) => ({ id, username, name })));

/** What the admin endpoints may tell. */
export interface Told {
  id: string;
  status: string;
  saysCount: number;
  friends: { id: string; username: string; name: string }[];
  total: number;
  error: string;
}

/** A simulator of its own on a driven clock, the real client for it, and its admin endpoints. */
export async function simulatedX(world: World, limits: Partial<Limits> = {}) {
  const clock = new DrivenClock();
  const { url, close } = await startX({ world, clock, limits });
  onTestFinished(close);
  const client = xClient(url);
  const get = (path: string, headers: Record<string, string> = { authorization: 'Bearer b' }) =>
    fetch(url + path, { headers });
  const admin = async (method: string, path: string, input?: unknown) => {
    const body = input === undefined ? null : JSON.stringify(input);
    const response = await fetch(`${url}/_sim/${path}`, { method, body });
    return { status: response.status, body: (await response.json()) as Told };
  };
  const fault = (spec: Fault) => admin('POST', 'faults', spec);
  return { url, clock, world, client, get, admin, fault, nowS: () => Math.floor(clock.now() / 1000) };
}

/** A simulator of two accounts under this fault. */
export async function struckX(spec: Fault) {
  const x = await simulatedX(twoAccounts());
  await x.fault(spec);
  return x;
}

/** The rejection of a call that must fail. */
export async function refusal<E>(call: Promise<unknown>): Promise<E> {
  const [result] = await Promise.allSettled([call]);
  if (result.status === 'fulfilled') throw new Error('the call did not fail');
  return result.reason as E;
}
