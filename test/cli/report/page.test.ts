import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { html } from '../../../infra/cli/report/html.ts';
import { MOST_GROUPS, MOST_OF_GROUP } from '../../../infra/cli/report/news-queries.ts';
import { reportPage } from '../../../infra/cli/report/page.ts';
import { emptyData, HOSTILE_NAMES, REASON_OF_X, reportData } from './fixture.ts';

const full = await reportPage(reportData());

// Asked for by what was found, not by the whole page, so that a failure can be read.
const found = (page: string, pattern: RegExp): string[] => page.match(pattern) ?? [];
const bodyOf = (page: string): string => page.slice(page.indexOf('<body>'), page.indexOf('<script>'));
/** What a reader sees of it, quotation marks included. */
const textOf = (page: string): string =>
  bodyOf(page)
    .replace(/<svg[\s\S]*?<\/svg>/g, '')
    .replace(/<q>/g, '“')
    .replace(/<\/q>/g, '”')
    .replace(/<\/?(?:b|i|a|span|bdi|code|time)\b[^>]*>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
const tags = found(full, /<[a-z][^>]*>/g);

describe('the report', () => {
  it('holds every name as text and as nothing else', () => {
    expect(HOSTILE_NAMES.filter((name) => !full.includes(html`<bdi>${name}</bdi>`.text))).toEqual([]);
    expect(tags.filter((tag) => /^<(script|img|iframe|link|object)|\son\w+=/i.test(tag))).toEqual([
      '<script>',
    ]);
    expect(found(full, /[^\n\P{Cc}]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu)).toEqual([]);
  });

  it('loads nothing: what looks like an address is a link to a profile or the name of a namespace', () => {
    const addresses = found(full, /\b(https?:|data:|file:)?\/\/[^\s"'<)]+/g);
    const others = addresses.filter((address) => !/^https:\/\/x\.com\/i\/user\/\d+$/.test(address));
    expect(new Set(others)).toEqual(new Set(['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']));
    expect(tags.filter((tag) => /\s(src|style|srcset|background)=/.test(tag))).toEqual([]);
    expect(found(full, /url\(|@import/g)).toEqual([]);
  });

  it('forbids everything but its own style sheet and script, before anything else is read', () => {
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(full) ?? [];
    const [, script = ''] = /<script>(.*?)<\/script>/s.exec(full) ?? [];
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
    const metas = tags.filter((tag) => tag.startsWith('<meta'));
    expect(metas[1]).toBe(html`<meta http-equiv="Content-Security-Policy" content="${policy}">`.text);
  });

  it('puts our words for a reason into plain ones, and leaves those of X as they are', () => {
    expect(found(full, /<td>page token rejected<\/td>/g)).toHaveLength(1);
    expect(full.includes(html`<td>${REASON_OF_X}</td>`.text)).toBe(true);
  });

  it('says of an open check how far the list is known, and of whom X’s count says more; and what checks saved', () => {
    expect(
      found(full, /Known down to friend <a href="https:\/\/x\.com\/i\/user\/200000000000000003"/g),
    ).toHaveLength(1);
    expect(
      found(full, /X’s count is short by 2: so many are gone whom nobody has found missing, and over by 1:/g),
    ).toHaveLength(1);
    expect(
      found(full, /12 checks cost <b>\$0\.57<\/b>[^.]*\.[^$]*\$97\.21: <b>\$96\.64<\/b> saved/g),
    ).toHaveLength(1);
  });

  it('begins with the news, by run and by parent, to unfold', () => {
    const parts = found(full, /<h2 id="\w+">/g);
    expect(parts.slice(0, 2)).toEqual(['<h2 id="news">', '<h2 id="shared">']);
    const [, news = ''] = / News The newest run (.*?) By several parents Friends/.exec(textOf(full)) ?? [];
    expect(news).toContain('names 7 parents: +31 new on a list, −45 no longer listed');
    expect(news).toMatch(
      /Run of 24 Nov 2026, 08:30, daily_lists 0d0d0d0d @ewan_mcallister \+25 −40 23 Nov.*Run of 23 Nov 2026, 08:30, daily_lists 1e1e1e1e @parent_1 \+25 −40/,
    );
    const summaries = found(full, /<summary data-name>/g);
    expect(summaries).toHaveLength(2);
    expect(news).toContain(
      'and 7 parents more, of these runs or older ones: npx dodo changes --data elsewhere',
    );
  });

  it('shows friends of a parent with their followers and their words about themselves, and how many more there are', () => {
    const news = textOf(full);
    expect(news).toContain(
      '@friend_0 90,000 followers, verified (business) “Says &lt;script&gt;alert(1)&lt;/script&gt;”',
    );
    expect(news).toContain('(listed again, after 3 lists without; since 19 Nov 2026, 08:30)');
    expect(news).toContain('(the account is suspended)');
    expect(news).toContain('and 20 more: npx dodo changes --parent 100000000000000000 --data elsewhere');
    expect(news).toContain('and 35 more: npx dodo changes --parent 100000000000000000 --data elsewhere');
  });

  it.each([
    [
      'followed by several parents',
      '“Maps &amp; &lt;i&gt;more&lt;/i&gt;” 3 parents: @ewan_mcallister, @parent_1',
    ],
    ['lost by several parents', '7 parents: @ewan_mcallister, @parent_1, @parent_2 and 4 more 21 Nov 2026'],
    ['lost by more than are shown', 'and 1 more: npx dodo changes --data elsewhere'],
    ['a rename', 'Other usernames: 1 account'],
    ['its names', '@old_name @new_name 77 24 Nov 2026, 08:30'],
    ['overlap of parents', '50 25 % @ewan_mcallister of 1,000 @parent_1 of 200'],
    ['freshness', '30 not older than a day, 5 not older than a week, 2 older than that, 3 without any'],
    ['the stalest', `@nobody_here none never 24 Nov 2026, 08:30 unavailable: ${REASON_OF_X}`],
    ['an older list known by a check', '@ewan_mcallister 3 days old 23 Nov 2026, 08:30'],
    ['cost by job', 'daily_lists $180.50 $200.00 18,000 friends and 50 look-ups'],
  ])('says in words: %s', (_, words) => {
    expect(textOf(full)).toContain(words);
  });

  it('says in a sentence, and not by a bar, what happened on one day', async () => {
    const one = await reportPage(reportData({ days: 1, ofParents: 2 }));
    expect(found(one, /<svg/g)).toEqual([]);
    expect(textOf(one)).toMatch(
      /On 24 Nov 2026, and on no other day: Followed \d+; Reappeared \d+; No longer/,
    );
    expect(found(one, /Read once, on <time/g)).toHaveLength(2);
  });

  it('stays bounded, however much there is', async () => {
    const data = reportData({ days: 900 });
    const groups = Array.from({ length: MOST_GROUPS }, (_, n) =>
      data.groups.map((group) => ({ ...group, parent_id: `7${n}`, of_groups: 100_000 })),
    ).flat();
    const news = groups.flatMap(({ run_id, dispatch_id, parent_id }) =>
      Array.from({ length: 2 * MOST_OF_GROUP }, (_, n) => ({
        ...(data.news[n % data.news.length] ?? expect.fail('no news')),
        ...{ run_id, dispatch_id, parent_id, friend_id: String(n), friend_description: 'x<'.repeat(80) },
      })),
    );
    const page = await reportPage({ ...data, groups: groups.slice(0, MOST_GROUPS), news });
    expect(found(page, /<details class="parent"/g)).toHaveLength(MOST_GROUPS);
    expect(textOf(page)).toContain(
      'and 99,970 parents more, of these runs or older ones: npx dodo changes --data elsewhere',
    );
    expect(page.length).toBeLessThan(1_500_000);
  });

  it('has contents that lead to every part', () => {
    const ids = found(full, /<h2 id="\w+">/g).map((tag) => tag.slice(8, -2));
    expect(found(full, /<li><a href="#\w+">/g).map((tag) => tag.slice(14, -2))).toEqual(ids);
  });

  it('gives every link no hold on the page, and every chart its words', () => {
    const links = tags.filter((tag) => tag.startsWith('<a '));
    expect(links.length).toBeGreaterThan(HOSTILE_NAMES.length);
    expect(links.filter((link) => !/^<a href="#[a-z]+">$|rel="noopener noreferrer"/.test(link))).toEqual([]);
    const charts = tags.filter((tag) => tag.startsWith('<svg '));
    expect(charts).toHaveLength(12 + 3 * 2);
    expect(charts.filter((chart) => !/role="img" aria-label="[^"]{30,}"/.test(chart))).toEqual([]);
  });

  it('tells when it was made, over what period, and what it does not say', () => {
    expect(full.includes('<time datetime="2026-11-24T08:30:00.000Z">24 Nov 2026, 08:30 UTC</time>')).toBe(
      true,
    );
    expect(found(full, /26 Sep 2026, 08:30 to 24 Nov 2026, 08:30 UTC \(the whole history\)/)).toHaveLength(1);
    expect(
      found(full, /<h2>What this report does not say<\/h2>\s*<ul>(\s*<li>[\s\S]*?<\/li>){7}/),
    ).toHaveLength(2);
  });

  it('counts years in months, and says so', async () => {
    const page = await reportPage(reportData({ days: 900, ofParents: 2 }));
    expect(found(page, />Followed and gone per month</)).toHaveLength(1);
  });

  it('is an honest page where there is no history, or none in the period', async () => {
    const never = await reportPage(emptyData());
    expect(found(never, /nobody’s friends have been read so far/)).toHaveLength(1);
    expect(found(bodyOf(never), /<svg|NaN|undefined|Invalid|null/)).toEqual([]);
    const later = await reportPage(emptyData('2027-01-01T00:00:00.000Z'));
    expect(found(later, /The history holds no dispatch since 1 Jan 2027, 00:00 UTC/)).toHaveLength(1);
  });

  it('has words in place of charts where money was spent and nothing dispatched', async () => {
    const page = await reportPage({ ...emptyData(), cost: reportData({ days: 2 }).cost });
    expect(found(page, /Nothing was dispatched in the period\./)).toHaveLength(1);
    expect(found(page, /No list has been read to its end yet\./)).toHaveLength(1);
    expect(found(bodyOf(page), /NaN|undefined|Invalid|null/)).toEqual([]);
  });

  it('has words in place of charts where each list was read once', async () => {
    const once = reportData({ days: 1, ofParents: 1 });
    const page = await reportPage({ ...once, changes: [], groups: [], news: [], cost: [], unfinished: [] });
    expect(found(page, /No change was seen\./g)).toHaveLength(2);
    expect(found(page, /Nothing was planned and nothing was spent\./)).toHaveLength(1);
    expect(found(page, /The latest list of every parent is complete, or was checked\./)).toHaveLength(1);
    expect(found(bodyOf(page), /NaN|undefined|Invalid|null/)).toEqual([]);
  });
});
