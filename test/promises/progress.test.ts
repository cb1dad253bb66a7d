import { describe, expect, test } from 'vitest';
import { simulated, timesOf } from '../simulation/simulated.ts';

const WORLDS = 32;

describe('Progress: once faults stop, every dispatch reaches its end', () => {
  // checks/end.ts: every message acknowledged, every dispatch ended. simulate.ts: within 60 days.
  test('after X and BigQuery were away, after crashes, and after everything at once', async () => {
    const tally = await simulated(6000, ['away', 'publishing', 'everything'], WORLDS);
    expect(timesOf(tally, /^(X away|X stalls|answer lost|warehouse away|read failed)$/)).toBeGreaterThan(50);
    expect(timesOf(tally, /^publish (failed|unknown)/)).toBeGreaterThan(20);
    expect(timesOf(tally, /^waited: /), 'messages that had to come again').toBeGreaterThan(1000);
    expect(timesOf(tally, /^seen (running|stalled)$/), 'dispatches caught unfinished').toBeGreaterThan(5);
    expect(timesOf(tally, /^ended /)).toBeGreaterThan(150);
    expect(timesOf(tally, /^ended (running|stalled)/)).toBe(0);
  });

  test('also where messages expired and somebody published the run again', async () => {
    const tally = await simulated(6000, ['delivery', 'swarm'], WORLDS);
    expect(timesOf(tally, /^messages expire$/)).toBeGreaterThan(0);
    expect(timesOf(tally, /^ended complete/)).toBeGreaterThan(50);
    expect(timesOf(tally, /^ended (running|stalled)/)).toBe(0);
  });
});
