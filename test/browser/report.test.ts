import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportPage } from '../../infra/cli/report/page.ts';
import { cleaned } from '../../infra/cli/terminal/clean.ts';
import { emptyData, HOSTILE_NAMES, reportData } from '../cli/report/fixture.ts';

const CHROMIUM = '/usr/bin/chromium';
const ARGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const PROBE = readFileSync(join(import.meta.dirname, 'report-probe.js'), 'utf8');

// https://www.w3.org/TR/WCAG22/#contrast-minimum and #non-text-contrast
const TEXT_CONTRAST = 4.5;
const MARK_CONTRAST = 3;
const SMALLEST_LETTERS = 11;

const FULL = await reportPage(reportData());
const EMPTY = await reportPage(emptyData());

/** What the probe returns. */
interface Seen {
  texts: { text: string; inChart: boolean; pixels: number; contrast: number }[];
  charts: { name: string; width: number; marks: number; contrast: number }[];
  pageWidth: number;
  windowWidth: number;
  tooWide: string[];
  scrollsWithoutKeyboard: number;
  headings: number[];
  landmarks: number[];
  names: string[];
  handlers: string[];
  scripts: number;
}

let dir: string;
let browser: BrowserContext;

beforeAll(async () => {
  if (!existsSync(CHROMIUM))
    throw new Error(`${CHROMIUM} is missing; install it with: apt-get update && apt-get install -y chromium`);
  dir = await mkdtemp(join(tmpdir(), 'dodo-report-'));
  browser = await chromium.launchPersistentContext(join(dir, 'profile'), {
    executablePath: CHROMIUM,
    args: ARGS.split(' '),
  });
});

afterAll(async () => {
  await browser?.close();
  if (dir) await rm(dir, { recursive: true, force: true });
});

type Opened = Awaited<ReturnType<typeof open>>;

/** `said`: in the console. `asked`: for what besides the file. */
async function open(html: string, width: number, colorScheme: 'light' | 'dark') {
  const file = join(dir, 'report.html');
  await writeFile(file, html);
  const page = await browser.newPage();
  const said: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => request.url() !== `file://${file}` && asked.push(request.url()));
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme });
  await page.goto(`file://${file}`);
  return { page, said, asked };
}

const screens = [390, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({ width, scheme })),
);

describe.each(screens)('the report in Chromium at $width pixels, $scheme', ({ width, scheme }) => {
  let opened: Opened;
  let seen: Seen;
  beforeAll(async () => {
    opened = await open(FULL, width, scheme);
    seen = await opened.page.evaluate(PROBE);
  });
  afterAll(() => opened.page.close());

  it('says nothing in the console and asks for nothing but its file', () => {
    expect(opened).toMatchObject({ said: [], asked: [] });
  });

  it('shows its charts, with marks that stand out', () => {
    expect(seen.charts).toHaveLength(12 + 3);
    for (const chart of seen.charts) {
      expect(chart.marks, chart.name).toBeGreaterThan(0);
      expect(chart.contrast, chart.name).toBeGreaterThanOrEqual(MARK_CONTRAST);
      expect(chart.width, chart.name).toBeGreaterThan(280);
    }
  });

  it('does not scroll sideways as a whole; what is wider scrolls by itself, by keyboard too', () => {
    expect(seen.pageWidth).toBeLessThanOrEqual(seen.windowWidth);
    expect(seen).toMatchObject({ tooWide: [], scrollsWithoutKeyboard: 0 });
  });

  it('has letters that are large enough and stand out from what is behind them', () => {
    expect(seen.texts.length).toBeGreaterThan(200);
    expect(seen.texts.some(({ inChart }) => inChart)).toBe(true);
    expect(seen.texts.filter(({ pixels }) => pixels < SMALLEST_LETTERS)).toEqual([]);
    expect(seen.texts.filter(({ contrast }) => contrast < TEXT_CONTRAST)).toEqual([]);
  });

  it('shows names as names', () => {
    expect(seen.names.map((name) => name.trim())).toEqual(HOSTILE_NAMES.map((name) => cleaned(name).trim()));
    expect(seen).toMatchObject({ handlers: [], scripts: 0 });
  });

  it('has one top heading, no level left out, and landmarks', () => {
    expect(seen.headings.filter((level) => level === 1)).toHaveLength(1);
    seen.headings.reduce((before, level) => {
      expect(level).toBeLessThanOrEqual(before + 1);
      return level;
    });
    expect(seen.landmarks).toEqual([1, 1, 1, 7]);
  });
});

describe('the report in Chromium', () => {
  it('is dark where the reader wants it dark, and light where not', async () => {
    const background = async (scheme: 'light' | 'dark') => {
      const { page } = await open(EMPTY, 390, scheme);
      const color = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      await page.close();
      return Math.max(...(color.match(/\d+/g) ?? []).map(Number));
    };
    expect(await background('dark')).toBeLessThan(64);
    expect(await background('light')).toBeGreaterThan(192);
  });

  it('would run no script even if one got into it', async () => {
    const script = `<script>document.title = "run"</script><p onclick="document.title = 'run'">here</p>`;
    const smuggled = FULL.replace('<main>', `<main>${script}`);
    const opened = await open(smuggled, 390, 'light');
    await opened.page.getByText('here', { exact: true }).click();
    expect(await opened.page.title()).toBe('Dodo report, 24 Nov 2026');
    expect(opened.said.join()).toMatch(/Content Security Policy/);
    await opened.page.close();
  });

  it('is an honest page without a history', async () => {
    const { page, said } = await open(EMPTY, 390, 'dark');
    const seen = await page.evaluate<Seen>(PROBE);
    expect(said).toEqual([]);
    expect(seen.pageWidth).toBeLessThanOrEqual(seen.windowWidth);
    expect(seen.charts).toEqual([]);
    expect(await page.getByRole('heading', { name: 'Nothing to report yet' }).isVisible()).toBe(true);
    await page.close();
  });
});
