/** `npm run fuzz -- --runs N [--seed S]`: feeds the decoders N inputs; a crash prints the input and its seed. */
import { parseArgs } from 'node:util';
import { fuzzAll } from './decoders.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '100000' }, seed: { type: 'string' } },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) {
  console.error('--runs must be a whole number from 1.');
  process.exit(2);
}
for (const [what, { accepted, rejected }] of Object.entries(
  fuzzAll(runs, values.seed === undefined ? undefined : Number(values.seed)),
))
  console.log(`${what}: ${accepted} accepted, ${rejected} rejected with a reason`);
