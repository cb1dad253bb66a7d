import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { readReportData } from './data.ts';
import { reportPage } from './page.ts';
import { counted } from './words.ts';

interface ReportOptions {
  /** The file, which is replaced where it exists. */
  out: string;
  /** Start of the period, ISO 8601. */
  since?: string | undefined;
  clock: Clock;
}

/** Reads the history, writes the page, and returns the sentence that says so. Throws Failure. */
export async function writeReport(target: Target, { out, since, clock }: ReportOptions): Promise<string> {
  const madeAt = new Date(clock.now()).toISOString();
  const data = await readReportData(target, { since, madeAt }).catch((error: Error) => {
    throw new Failure(`the history could not be read: ${error.message}`);
  });
  const file = resolve(out);
  const page = await reportPage(data);
  await writeFile(file, page).catch((error: Error) => {
    throw new Failure(`the report could not be written: ${error.message}. Name another file with --out.`);
  });
  const { dispatches, parents } = data.span;
  return `The report over ${counted(dispatches, 'dispatch', 'dispatches')} of ${counted(parents, 'parent')} is in ${file}; open it in a browser.`;
}
