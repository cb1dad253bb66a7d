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
  /** Of each box of a table: whether its hint is seen, and whether it is wider than its box. */
  hints: [boolean, boolean][];
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
    // Who came stands above who went.
    const [came, went] = [0, 1].map((rest) => HOSTILE_NAMES.filter((_, n) => n % 2 === rest));
    expect(seen.names.map((name) => name.trim())).toEqual(
      [...(came ?? []), ...(went ?? [])].map((name) => cleaned(name).trim()),
    );
    expect(seen).toMatchObject({ handlers: [], scripts: 1 });
  });

  it('says beside each table that is wider than its box, and beside no other, that it scrolls', () => {
    expect(seen.hints.length).toBeGreaterThan(5);
    expect(seen.hints.filter(([isSeen, isWide]) => isSeen !== isWide)).toEqual([]);
    if (width === 390) expect(seen.hints.filter(([isSeen]) => isSeen).length).toBeGreaterThan(2);
  });

  it('has one top heading, no level left out, and landmarks', () => {
    expect(seen.headings.filter((level) => level === 1)).toHaveLength(1);
    seen.headings.reduce((before, level) => {
      expect(level).toBeLessThanOrEqual(before + 1);
      return level;
    });
    expect(seen.landmarks).toEqual([1, 1, 1, 11]);
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

  it('would run no script but its own even if one got into it', async () => {
    const script = `<script>document.title = "run"</script><p onclick="document.title = 'run'">here</p>`;
    const smuggled = FULL.replace('<main>', `<main>${script}`);
    const opened = await open(smuggled, 390, 'light');
    await opened.page.getByText('here', { exact: true }).click();
    expect(await opened.page.title()).toBe('Dodo report, 24 Nov 2026');
    expect(opened.said.join()).toMatch(/Content Security Policy/);
    await opened.page.close();
  });

  it('shows the news first, and on a phone everything else folded behind a table of contents', async () => {
    const { page } = await open(FULL, 390, 'light');
    const news = page.getByRole('heading', { name: 'News', exact: true });
    expect((await news.boundingBox())?.y).toBeLessThan(900);
    const unfolded = page.locator('details.part[open]');
    expect(await unfolded.count()).toBe(1);
    const overlap = page.getByText('friends in common', { exact: false }).first();
    expect(await overlap.isVisible()).toBe(false);
    const contents = page.getByRole('navigation', { name: 'Contents' });
    expect(await contents.getByRole('link').count()).toBe(11);
    await contents.getByRole('link', { name: 'Overlap of parents' }).click();
    await overlap.waitFor({ state: 'visible' });
    expect(await unfolded.count()).toBe(2);
    await page.close();
  });

  it('is unfolded on a desk, and everywhere where no script runs', async () => {
    const parts = async (html: string, width: number) => {
      const { page } = await open(html, width, 'light');
      const open_ = await page.locator('details.part[open]').count();
      const filter = await page.getByRole('searchbox').isVisible();
      await page.close();
      return [open_, filter];
    };
    expect(await parts(FULL, 1200)).toEqual([11, true]);
    // Another hash: so the policy stops the script.
    expect(await parts(FULL.replace('<script>', '<script>;'), 390)).toEqual([11, false]);
  });

  it('unfolds a parent’s changes, and folds them again', async () => {
    const { page } = await open(FULL, 390, 'light');
    const friend = page.getByText('@friend_0', { exact: true });
    expect(await friend.isVisible()).toBe(true);
    const parent = page.locator('details.parent > summary').first();
    await parent.click();
    expect(await friend.isVisible()).toBe(false);
    await parent.click();
    expect(await friend.isVisible()).toBe(true);
    await page.close();
  });

  it('filters by what an account is called or says, unfolds what it finds, and puts all back', async () => {
    const { page } = await open(FULL, 390, 'light');
    const box = page.getByRole('searchbox', { name: 'Show only what mentions' });
    const rows = page.locator('[data-row]');
    const isOpen = () =>
      page.locator('details').evaluateAll((all) => all.map((each) => each.hasAttribute('open')));
    const [all, before] = [await rows.count(), await isOpen()];
    await box.fill('王秀英');
    expect(await page.locator('[data-row]:not([hidden])').count()).toBe(1);
    expect(await page.locator('output').textContent()).toBe(`1 of ${all} entries`);
    expect(await page.getByRole('heading', { name: 'Freshness' }).isVisible()).toBe(false);
    await box.fill('in_common_1');
    expect(await page.getByText('@in_common_1').isVisible()).toBe(true);
    await box.fill('nobody is called so');
    expect(await page.locator('section:visible').count()).toBe(0);
    await box.fill('');
    expect(await page.locator('[data-row]:not([hidden])').count()).toBe(all);
    expect(await isOpen()).toEqual(before);
    await page.close();
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
