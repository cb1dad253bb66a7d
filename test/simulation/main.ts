/**
 * `npm run simulate -- --seeds 10000` or `-- --seed N`: the real handlers in a simulated world. A failure prints its
 * seed; with --seed the one-line-per-event trace of that history is printed too.
 */
import { parseArgs } from 'node:util';
import { KNOWN_FAULTS } from './known-faults.ts';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
  },
});
const [first, count] =
  values.seed === undefined ? [Number(values.from), Number(values.seeds)] : [Number(values.seed), 1];
if (!Number.isInteger(first) || !Number.isInteger(count) || count < 1) {
  console.error('--seed, --seeds and --from take whole numbers.');
  process.exit(2);
}

const tally: Record<string, number> = {};
const add = (of: Record<string, number>, prefix: string) => {
  for (const [key, times] of Object.entries(of))
    tally[`${prefix}${key}`] = (tally[`${prefix}${key}`] ?? 0) + times;
};
const known: Record<string, number> = {};
let failures = 0;
for (let seed = first; seed < first + count; seed++) {
  const report = await simulate({ seed, trace: values.seed !== undefined });
  add(report.faults, 'fault: ');
  add(report.reached, 'reached: ');
  const { failure } = report;
  if (!failure) continue;
  if (failure.known && KNOWN_FAULTS.includes(failure.known)) {
    known[failure.known] = (known[failure.known] ?? 0) + 1;
  } else {
    failures++;
    console.log(`seed ${seed} breaks "${failure.promise}": ${failure.what}`);
  }
  for (const line of report.trace) console.log(line);
}
for (const [what, times] of Object.entries(tally).sort())
  console.log(`${String(times).padStart(9)}  ${what}`);
for (const [what, times] of Object.entries(known))
  console.log(`known and not mended yet: ${what}, met ${times} times`);
console.log(`Simulations: ${count - failures} passed, ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
