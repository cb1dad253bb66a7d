import { align } from '../../../../shared/check/align.ts';
import { knownList } from '../../../../shared/check/known-list.ts';
import { rounded } from '../statistics.ts';

const FRIENDS = 100_000;
/** Of a keyframe interval of 90 days, most of them with nothing but the head. */
const CHECKS = 180;
const ROUNDS = 20;

/** Folding the known list of a long account and aligning a page with it, as getpage does for each page; ms of the processor. */
export function foldMs(): number {
  const fullRead = Array.from({ length: FRIENDS }, (_, n) => `${10n ** 18n + BigInt(n) * 7919n}`);
  const checks = Array.from({ length: CHECKS }, (_, n) => {
    const listed = [
      `new${n}`,
      ...(n > 0 ? [`new${n - 1}`] : []),
      ...fullRead.slice(0, n % 30 === 0 ? 1000 : 2),
    ];
    return { listed, check: { frontier_id: listed.at(-1) ?? null, missing: [], withheld: [] } };
  });
  const page = ['newer', ...(checks.at(-1)?.listed ?? []), ...fullRead.slice(2, 1000)];
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round++) {
    const known = knownList(fullRead, checks);
    const { anchors } = align(known.ids, page);
    if (anchors.length < 1000) throw new Error(`${anchors.length} anchors of a page of 1000 known friends`);
  }
  return rounded(process.cpuUsage(before).user / 1000 / ROUNDS, 1);
}
