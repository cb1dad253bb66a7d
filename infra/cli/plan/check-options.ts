import { Option } from 'commander';
import { KEYFRAME_DAYS } from '../../../shared/messages/schemas/dispatch-request.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { wholeNumber } from '../terminal/options.ts';

/** How lists are to be read: in full, or only as far as X's count says that something has changed. */
export type CheckOptions = { check?: boolean; keyframeDays?: number; maxDepth?: number };

export const CHECK = new Option(
  '--check',
  'read no more of each list than is needed to know what changed; a list that was never read is read in full',
);
export const KEYFRAME = new Option(
  '--keyframe-days <n>',
  `of checks: read a list in full after so many days at the latest; ${KEYFRAME_DAYS} unless told`,
).argParser(wholeNumber(1, 366));
export const MAX_DEPTH = new Option(
  '--max-depth <n>',
  'of checks: search for somebody who is gone no deeper than so many friends; to the end unless told',
).argParser(wholeNumber(1, 100_000));

/** Throws WrongUsage. */
export function assertOfChecks({ check, keyframeDays, maxDepth }: CheckOptions): void {
  if (!check && (keyframeDays !== undefined || maxDepth !== undefined))
    throw new WrongUsage('--keyframe-days and --max-depth go with --check.');
}

/** As a request says it. */
export const readingAsked = ({ check, keyframeDays, maxDepth }: CheckOptions) => ({
  ...(check && { mode: 'check' as const }),
  ...(keyframeDays !== undefined && { keyframeDays }),
  ...(maxDepth !== undefined && { maxDepth }),
});
