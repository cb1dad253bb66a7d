import { describe, expect, test } from 'vitest';
import { dispatchIdOf, runIdOf } from '../../shared/ids.ts';

describe('ids', () => {
  test('a parent in a run has one dispatch id, however its name is written', () => {
    expect(dispatchIdOf('run', 'Alice')).toBe(dispatchIdOf('run', 'aLICE'));
    expect(dispatchIdOf('run', 'alice')).not.toBe(dispatchIdOf('run2', 'alice'));
    expect(dispatchIdOf('run', 'alice')).not.toBe(dispatchIdOf('run', 'bob'));
  });

  test('dispatch ids never change: rows written years ago must be found', () => {
    expect(dispatchIdOf('run-1', 'alice')).toBe('ffdb27d6-8ab3-5ac8-b2f1-9a8016adfd1e');
  });

  const publishedAtMs = Date.parse('2026-03-01T06:00:01Z');
  const message = { job: 'nightly', publishedAtMs, messageId: '77' };

  test('the run id of the request wins', () => {
    expect(runIdOf({ ...message, runId: 'given', origin: 'cloud-scheduler' })).toBe('given');
  });

  test('a request without one is named by its message, of which an emulator may use the id again', () => {
    expect(runIdOf(message)).toBe(runIdOf({ ...message, job: 'renamed' }));
    expect(runIdOf(message)).not.toBe(runIdOf({ ...message, messageId: '78' }));
    expect(runIdOf(message)).not.toBe(runIdOf({ ...message, publishedAtMs: publishedAtMs + 1 }));
  });

  test('two publishes of one scheduler tick are one run, the next tick is another', () => {
    const tick = (time: string) =>
      runIdOf({ ...message, origin: 'cloud-scheduler', publishedAtMs: Date.parse(time), messageId: time });
    expect(tick('2026-03-01T06:00:01Z')).toBe(tick('2026-03-01T06:00:09Z'));
    expect(tick('2026-03-01T05:59:59Z')).toBe(tick('2026-03-01T06:00:01Z'));
    expect(tick('2026-03-01T06:00:01Z')).not.toBe(tick('2026-03-01T06:10:01Z'));
    expect(tick('2026-03-01T06:00:01Z')).not.toBe(
      runIdOf({ ...message, origin: 'cloud-scheduler', job: 'other' }),
    );
  });
});
