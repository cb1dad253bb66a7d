import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { counted } from '../terminal/figures.ts';
import { readReportData } from './data.ts';
import { reportPage } from './page.ts';

/**
 * Reads the history since `sinceMs` (undefined: all of it), writes the page into the file `out`, which is replaced
 * where it exists, and returns the sentence that says so. Throws Failure and RetryLater.
 */
export async function writeReport(target: Target, out: string, sinceMs?: number): Promise<string> {
  const data = await readReportData(target, new Date(target.clock.now()).toISOString(), sinceMs);
  const file = resolve(out);
  const page = await reportPage(data);
  await writeFile(file, page).catch((error: Error) => {
    throw new Failure(`the report could not be written: ${error.message}. Name another file with --out.`);
  });
  const { dispatches, parents } = data.span;
  return `The report over ${counted(dispatches, 'dispatch', 'dispatches')} of ${counted(parents, 'parent')} is in ${file}; open it in a browser.`;
}
