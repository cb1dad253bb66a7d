import http from 'node:http';
import { TwitterApi } from 'twitter-api-v2';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY_MS } from '../../../shared/times.ts';
import { redirect, simulatedX, worldOf } from './support.ts';

const MINUTE = 60_000;
const IDS = ['10', '11', '12', '13', '14', '15', 'not-an-id'];

/** Accounts 10 to 13 are gone in X's four ways, 14 is there, and 15 never was. */
async function complianceOf() {
  const gone = (['deleted', 'deactivated', 'suspended', 'protected'] as const).map((status, index) => ({
    ...{ username: status, id: `${10 + index}`, friends: 0, status },
  }));
  const x = await simulatedX(worldOf(...gone, { username: 'there', id: '14', friends: 0 }));
  const httpAgent = new http.Agent();
  onTestFinished(() => httpAgent.destroy());
  const { v2 } = new TwitterApi('any', { compression: false, httpAgent, plugins: [redirect(x.url)] });
  const ask = async (method: string, path: string, body?: object) => {
    const init = {
      method,
      headers: { authorization: 'Bearer b' },
      ...(body && { body: JSON.stringify(body) }),
    };
    const response = await fetch(path.startsWith('http') ? path : `${x.url}${path}`, init);
    const said = await response.text();
    return {
      status: response.status,
      body: said.startsWith('{') ? JSON.parse(said.split('\n')[0] ?? '') : said,
    };
  };
  const create = (name = 'ours') => ask('POST', '/2/compliance/jobs', { type: 'users', name });
  return { ...x, v2, ask, create };
}

describe('batch compliance', () => {
  it('is what the library speaks: jobs, ids and results at a store that gets no token', async () => {
    const { v2, admin, clock } = await complianceOf();
    await admin('POST', 'compliance', { store: 'elsewhere', processingMs: MINUTE });
    const { data } = await v2.sendComplianceJob({ type: 'users', name: 'ours', ids: IDS });
    expect((await v2.complianceJob(data.id)).data.status).toBe('in_progress');
    await clock.advance(MINUTE);
    const job = (await v2.complianceJobs({ type: 'users' })).data[0];
    expect(job).toMatchObject({ id: data.id, name: 'ours', status: 'complete', type: 'users' });
    const result = await v2.complianceJobResult(job ?? data);
    expect(result).toMatchObject([
      { id: '10', action: 'delete', reason: 'deleted' },
      { id: '11', action: 'delete', reason: 'deactivated' },
      { id: '12', action: 'delete', reason: 'suspended' },
      { id: '13', action: 'delete', reason: 'protected' },
      { id: 'not-an-id', error: 'invalid_id' },
    ]);
  });

  it('wants the token for all of it, and the word in its addresses besides', async () => {
    const { create, ask, get } = await complianceOf();
    const { body } = await create();
    expect((await get('/2/compliance/jobs', {})).status).toBe(401);
    expect((await fetch(body.data.upload_url, { method: 'PUT', body: '10' })).status).toBe(401);
    expect((await ask('PUT', `${body.data.upload_url}x`)).status).toBe(401);
    expect((await ask('GET', body.data.download_url)).status).toBe(403);
    expect((await ask('PUT', body.data.upload_url)).status).toBe(200);
    expect((await ask('PUT', body.data.upload_url)).status).toBe(403);
  });

  it('has one job at a time: another is a conflict, until it is over or cancelled', async () => {
    const { create, ask } = await complianceOf();
    const { body } = await create();
    expect(await create('another')).toMatchObject({ status: 409, body: { type: /conflict$/ } });
    expect((await ask('DELETE', `/2/compliance/jobs/${body.data.id}`)).status).toBe(200);
    expect((await ask('GET', `/2/compliance/jobs/${body.data.id}`)).status).toBe(404);
    const { body: second } = await create();
    await ask('PUT', second.data.upload_url);
    expect((await ask('DELETE', `/2/compliance/jobs/${second.data.id}`)).status).toBe(409);
    expect((await create()).status).toBe(200);
  });

  it('takes ids for a quarter of an hour, and holds a result for a week', async () => {
    const { create, ask, clock } = await complianceOf();
    const { body } = await create();
    const status = async (id: string) => (await ask('GET', `/2/compliance/jobs/${id}`)).body.data.status;
    await clock.advance(15 * MINUTE);
    expect(await status(body.data.id)).toBe('expired');
    const { body: second } = await create();
    await ask('PUT', second.data.upload_url);
    expect(await status(second.data.id)).toBe('complete');
    await clock.advance(7 * DAY_MS);
    expect((await ask('GET', second.data.download_url)).status).toBe(403);
  });

  it('has 150 calls in a window, of no charge', async () => {
    const { get, admin } = await complianceOf();
    for (let call = 0; call < 150; call++) expect((await get('/2/compliance/jobs')).status).toBe(200);
    expect((await get('/2/compliance/jobs')).status).toBe(429);
    expect((await admin('GET', 'charges')).body).toMatchObject({ returned: 0 });
  });
});
