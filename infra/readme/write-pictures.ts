/**
 * `npm run pictures`: runs the demo in a folder of its own, and draws README's pictures of its report (with Debian's
 * Chromium) and of a terminal.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { ROOT } from '../local/process.ts';
import { REPORT_PICTURE, TERMINAL_PICTURE } from './pictures.ts';
import { terminalPicture } from './terminal-picture.ts';

const COMMANDS = [
  ['changes', '--limit', '6'],
  ['query', 'SELECT state, COUNT(*) AS parents, SUM(cost_usd) AS usd FROM dispatch_progress GROUP BY state'],
];

const data = await mkdtemp(join(tmpdir(), 'dodo-pictures-'));
const dodo = async (...args: string[]): Promise<string> => {
  const script = join(ROOT, 'infra', 'cli', 'dodo.js');
  return (await promisify(execFile)(process.execPath, [script, ...args, '--data', data])).stdout;
};
const typed = (args: string[]): string =>
  `npx dodo ${args.map((arg) => (/[ *]/.test(arg) ? `"${arg}"` : arg)).join(' ')}`;

async function drawReport(file: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 800 }, colorScheme: 'light' });
    await page.goto(`file://${file}`);
    await page.screenshot({ path: REPORT_PICTURE });
  } finally {
    await browser.close();
  }
}

try {
  await dodo('demo');
  const session = [];
  // One after another: the warehouse's file is of one process at a time.
  for (const args of COMMANDS) session.push({ command: typed(args), printed: await dodo(...args) });
  await writeFile(TERMINAL_PICTURE, terminalPicture(session));
  await drawReport(join(data, 'report.html'));
} finally {
  await rm(data, { recursive: true });
}
