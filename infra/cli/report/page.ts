import { createHash } from 'node:crypto';
import { commandOn } from '../target/again.ts';
import { counted, grouped, usdToTheCent } from '../terminal/figures.ts';
import { changesPerDay } from './changes-section.ts';
import { checksOfPeriod } from './checks-section.ts';
import { costPerDay } from './cost-section.ts';
import type { ReportData } from './data.ts';
import { FILTER } from './filter.ts';
import { freshnessOfParents } from './freshness-section.ts';
import { scrapeHealth } from './health-section.ts';
import { html, type Markup, trusted } from './html.ts';
import { news } from './news-section.ts';
import { overlapOfParents } from './overlap-section.ts';
import { friendsOverTime } from './parents-section.ts';
import { renamed } from './renames-section.ts';
import type { ChangeKind } from './rows.ts';
import { SCRIPT } from './script.js.ts';
import { contents } from './section.ts';
import { sharedFriends } from './shared-section.ts';
import { STYLE } from './style.css.ts';
import { timelineOf } from './timeline.ts';
import { day, interval, moment } from './times.ts';
import { withheldChanges } from './withheld-section.ts';

/** The whole report as one HTML document that needs no network; its one script folds and filters what is there anyway. */
export async function reportPage(data: ReportData): Promise<string> {
  const isEmpty = data.span.dispatches === 0 && data.cost.length === 0 && data.changes.length === 0;
  const body = isEmpty ? emptyBody(data) : await filledBody(data);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="dodo report">
<title>Dodo report, ${day(data.madeAt)}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<header>${heading(data)}</header>
<main>
${body}</main>
<footer><h2>What this report does not say</h2>${limits(data)}</footer>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`.text;
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** https://www.w3.org/TR/CSP3/: nothing is loaded, framed or sent; our one style sheet and script are known by hashes. */
const POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(STYLE)}`,
  `script-src ${hashOf(SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function heading({ madeAt, source, since, span }: ReportData): Markup {
  const period =
    span.first_at === null || span.last_at === null
      ? html`no dispatch${since ? html` since ${moment(since)}` : ''}`
      : html`${counted(span.dispatches, 'dispatch', 'dispatches')} in ${counted(span.runs, 'run')}, dispatched
${interval(span.first_at, span.last_at)} UTC${since ? html` (asked for: since ${moment(since)})` : html` (the whole history)`}`;
  return html`<p class="brand">Dodo</p>
<h1>Whom they follow, and what changed</h1>
<dl class="facts">
<div><dt>Made</dt><dd><time datetime="${madeAt}">${moment(madeAt)} UTC</time></dd></div>
<div><dt>Period</dt><dd>${period}</dd></div>
<div><dt>Source</dt><dd>${source}</dd></div>
</dl>`;
}

function figures({ span, changes, cost }: ReportData): Markup {
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  const changed = (kind: ChangeKind) =>
    grouped(sum(changes.filter(({ change }) => change === kind).map((row) => row.changes)));
  const planned = usdToTheCent(sum(cost.map((row) => row.planned_cost_usd)));
  const committed = usdToTheCent(sum(cost.map((row) => row.committed_cost_usd)));
  const tiles = [
    ['Parents', grouped(span.parents), 'whose friends were to be read'],
    ['Followed', changed('followed'), `and ${changed('reappeared')} reappeared`],
    ['No longer listed', changed('no_longer_listed'), 'whatever the reason'],
    [
      'Spent',
      usdToTheCent(sum(cost.map((row) => row.cost_usd))),
      `of ${planned} planned, ${committed} at most`,
    ],
  ];
  return html`<dl class="tiles">${tiles.map(
    ([name, value, note]) => html`<div><dt>${name}</dt><dd><b>${value}</b> <span>${note}</span></dd></div>\n`,
  )}</dl>
`;
}

/** News first; then what it adds up to, who they are, and how far all of it can be trusted. */
async function filledBody(data: ReportData): Promise<Markup> {
  const timeline = timelineOf([data.changes, data.states, data.cost].flat().map((row) => row.day));
  const [first = html``, ...others] = [
    news(data),
    sharedFriends(data),
    await changesPerDay(data, timeline),
    withheldChanges(data),
    renamed(data),
    await friendsOverTime(data),
    overlapOfParents(data),
    freshnessOfParents(data),
    checksOfPeriod(data),
    await scrapeHealth(data, timeline),
    await costPerDay(data, timeline),
  ];
  return html`${contents([first, ...others])}${FILTER}${first}${figures(data)}${others}`;
}

const emptyBody = ({
  since,
  options,
}: ReportData): Markup => html`<section class="empty" aria-labelledby="empty">
<h2 id="empty">Nothing to report yet</h2>
<p>${
  since
    ? html`The history holds no dispatch since ${moment(since)} UTC. It may hold older ones: make the report without
<code>--since</code>, or with an earlier day.`
    : html`The history holds no dispatch: nobody’s friends have been read so far. <code>${commandOn({ options }, 'dispatch PARENT…')}</code>
reads the first list; from the second one on there are changes to show.`
}</p>
</section>
`;

const limits = ({ options }: ReportData): Markup => html`<ul>
<li>It compares only lists that were read to their end, and of checks what they read. A list that broke off says nothing
about who is gone, and a check nothing about whoever stands below the friend down to whom it read.</li>
<li>It does not say when between two readings somebody followed or unfollowed, nor what came and went in between.</li>
<li>“No longer listed” is not “unfollowed”: the account may be suspended or deleted, or X left it out.
<code>${commandOn({ options }, 'confirm')}</code> asks X for those whose status is unknown.</li>
<li>The first list of a parent yields no change, and neither does a new name of a friend, nor that X could not show one.</li>
<li>Accounts that were forgotten on request are not shown. Lists and counts leave them out.</li>
<li>Amounts are friends and accounts returned, times the configured prices. X’s bill is not known here.</li>
<li>It is a picture of the moment when it was made, and does not renew itself. All times are UTC.</li>
</ul>`;
