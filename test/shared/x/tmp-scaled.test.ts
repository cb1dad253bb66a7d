import { expect, test } from 'vitest';
import { RetryLater } from '../../../shared/errors.ts';
import { ask, createGate } from '../../../shared/x/gate.ts';
import { DrivenClock } from '../../support/driven-clock.ts';
import { LimitedX } from './limited-x.ts';
test.each([[3000],[9000],[15000],[30000],[900000]])('window %i', async (windowMs) => {
  for (const handlers of [5, 40, 80]) {
  const clock = new DrivenClock(Date.UTC(2026,0,15,12)+437);
  const f = windowMs/900000;
  const x = new LimitedX({ clock, windowMs, latencyMs: () => [2+Math.random()*5, 2+Math.random()*10] });
  const w: string[] = [];
  const gate = createGate({ endpoint: 'following', clock, windowMs, log: { info: () => undefined, warn: (_f: unknown, m: string) => w.push(JSON.stringify(_f)) } });
  let left = 3000;
  const t0 = clock.now();
  let tEnd = 0;
  let retries = 0;
  const handle = async () => { for (let b = 10_000*f; left > 0;) { left--; try { await ask(gate, clock.now() + 480_000*f, x.call); b = 10_000*f; await clock.sleep(5*Math.random()); tEnd = clock.now(); } catch (e) { if (!(e instanceof RetryLater)) throw e; retries++; left++; await clock.sleep(b*(0.5+Math.random())); b = Math.min(600_000*f, b*2); } } };
  let done = false;
  const all = Promise.all(Array.from({length: handlers}, handle)).then(() => { done = true; });
  for (let i = 0; i < 40 && !done; i++) await clock.advance(windowMs);
  await all;
  console.log(windowMs, handlers, 'windows', x.windows.map((v) => `${v.served}/${v.refused}`).join(' '), 'took windows', ((tEnd - t0)/windowMs).toFixed(2), 'retries', retries, w);
  expect(x.calls).toBeGreaterThan(0);
  }
});
