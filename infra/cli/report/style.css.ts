/** The report's style sheet. Small screens first; colours by name, so that light and dark differ in one place. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #fcfbf8; --panel: #ffffff; --ink: #1c232d; --muted: #5a6472; --rule: #e4e1d9; --link: #1f5fa8;
  --followed: #2468b0; --reappeared: #4a8acb; --departed: #b4481f; --gone: #c97344;
  --complete: #2f8562; --checked: #5b7f1f; --open: #b0622a; --unaligned: #b23a6f; --running: #2468b0; --stopped: #4f6472; --stalled: #8c3b1d; --partial: #b07d12; --unavailable: #7b8491; --over_budget: #7d55a8;
  --planned: #8290a3; --spent: #1d5796; --line: #2468b0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181d; --panel: #1a1f26; --ink: #e7e9ec; --muted: #a5adb9; --rule: #2d343d; --link: #8dbdf0;
    --followed: #6fabe8; --reappeared: #3f78b5; --departed: #e58a60; --gone: #a8623f;
    --complete: #5fb98f; --checked: #a5c663; --open: #e39a5f; --unaligned: #e58ab0; --running: #6fabe8; --stopped: #9fb4c4; --stalled: #d9704a; --partial: #dcae4d; --unavailable: #8c95a3; --over_budget: #b290dc;
    --planned: #6a7787; --spent: #7fb4ec; --line: #6fabe8;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 73rem; margin: 0 auto; padding: 0 1.25rem; }
h1, h2, h3, p, dl, ul, figure { margin: 0; }
h1 { font-size: clamp(1.6rem, 1.2rem + 1.8vw, 2.3rem); line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; text-wrap: balance; }
h2 { text-wrap: balance; font-size: 1.25rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; }
h3 { font-size: 1rem; font-weight: 600; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 0.2em; }
a:focus-visible, summary:focus-visible, input:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code { font: 0.9em ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
header { padding-top: 2.25rem; }
.brand { color: var(--departed); font-weight: 700; letter-spacing: 0.02em; margin-bottom: 0.35rem; }
.facts { display: grid; gap: 0.25rem 2.25rem; margin-top: 1rem; font-size: 0.9rem; }
.facts div { display: grid; grid-template-columns: 4rem minmax(0, 1fr); }
.facts dt { color: var(--muted); }
.facts dd, .tiles dd { margin: 0; }
.tiles { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.75rem; margin: 1.75rem 0 0.5rem; }
.tiles div { background: var(--panel); border: 1px solid var(--rule); border-radius: 10px; padding: 0.8rem 1rem; }
.tiles dt { color: var(--muted); font-size: 0.9rem; }
.tiles b { display: block; font-size: 1.6rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; font-variant-numeric: tabular-nums; }
.tiles span { color: var(--muted); font-size: 0.85rem; line-height: 1.35; display: block; }
section { border-top: 1px solid var(--rule); margin-top: 1.4rem; padding-top: 1.1rem; }
.empty { display: grid; gap: 1rem; }
.about { display: grid; gap: 0.6rem; align-content: start; }
.about p, .none, footer li { color: var(--muted); font-size: 0.95rem; max-width: 42rem; }
.about strong { color: var(--ink); font-weight: 600; }
.body { min-width: 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.1rem; align-content: start; }
.none { background: var(--panel); border: 1px dashed var(--rule); border-radius: 10px; padding: 1rem 1.1rem; max-width: none; }
.empty p { max-width: 42rem; }
figure { min-width: 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.9rem; }
svg { display: block; width: 100%; height: auto; }
svg text { font-family: inherit; font-variant-numeric: tabular-nums; }
.desk { display: none; }
.phone { max-width: 30rem; }
.key { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.3rem 1.25rem; font-size: 0.9rem; }
.key b { font-weight: 600; font-variant-numeric: tabular-nums; }
[hidden] { display: none !important; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.35rem 0.5rem; margin-top: 1.1rem; font-size: 0.9rem; }
nav a { display: block; padding: 0.2rem 0.65rem; border: 1px solid var(--rule); border-radius: 999px; background: var(--panel); text-decoration: none; }
.filter { display: grid; gap: 0.3rem; margin-top: 1.1rem; font-size: 0.9rem; }
.filter label, .filter output { color: var(--muted); }
.filter input { font: inherit; font-size: 1rem; color: var(--ink); background: var(--panel); border: 1px solid var(--muted); border-radius: 8px; padding: 0.45rem 0.7rem; width: 100%; max-width: 26rem; }
.filter input::placeholder { color: var(--muted); opacity: 1; }
details.part > summary { width: auto; color: var(--ink); display: flex; align-items: baseline; gap: 0.6rem; list-style: none; }
details.part > summary::-webkit-details-marker { display: none; }
details.part > summary::after { content: "+"; margin-left: auto; color: var(--muted); font-size: 1.2rem; line-height: 1; }
details.part[open] > summary::after { content: "−"; }
.inside { display: grid; gap: 1.1rem; margin-top: 0.6rem; font-size: 1rem; }
.run { display: grid; gap: 0.5rem; }
.run + .run { margin-top: 0.6rem; }
.run h3 .muted { font-weight: 400; font-size: 0.85rem; }
h4 { margin: 0.7rem 0 0.2rem; font-size: 0.85rem; font-weight: 600; color: var(--muted); }
details.parent { background: var(--panel); border: 1px solid var(--rule); border-radius: 10px; padding: 0.55rem 1rem; font-size: 0.95rem; }
details.parent summary { width: auto; color: var(--ink); font-variant-numeric: tabular-nums; }
details.parent summary .handle { color: var(--ink); font-weight: 600; margin-right: 0.35rem; }
.when { font-size: 0.85rem; display: block; padding-left: 1.1rem; }
.friends { list-style: none; margin: 0; padding: 0; }
.friends li { position: relative; padding: 0.4rem 0 0.4rem 1.15rem; }
.friends li > i { position: absolute; left: 0; top: 0.85rem; }
.friends li + li { border-top: 1px solid var(--rule); }
.friends.framed { background: var(--panel); border: 1px solid var(--rule); border-radius: 10px; margin-top: 0.6rem; }
.friends.framed li { padding: 0.55rem 1rem 0.55rem 2.1rem; }
.friends.framed li > i { left: 1rem; top: 1rem; }
.friends p { font-size: 0.95rem; }
.friends .words { color: var(--muted); font-size: 0.9rem; }
.friends .by { font-size: 0.9rem; }
.more { color: var(--muted); font-size: 0.9rem; padding-top: 0.3rem; }
.only { background: var(--panel); border: 1px solid var(--rule); border-radius: 10px; padding: 0.8rem 1rem; }
.only i { margin-left: 0.3em; }
.hint { color: var(--muted); font-size: 0.85rem; margin-bottom: 0.3rem; }
i { display: inline-block; width: 0.7em; height: 0.7em; border-radius: 2px; margin-right: 0.45em; }
${swatches()}
details { font-size: 0.9rem; }
summary { cursor: pointer; color: var(--muted); width: fit-content; }
figure details .scroll { margin-top: 0.6rem; max-height: 20rem; }
.wide { min-width: 0; }
.scroll { overflow: auto; --shade: color-mix(in srgb, var(--ink) 28%, transparent); background: linear-gradient(to right, var(--panel), transparent) 0 0 / 2.5rem 100% no-repeat local, linear-gradient(to left, var(--panel), transparent) 100% 0 / 2.5rem 100% no-repeat local, linear-gradient(to right, var(--shade), transparent) 0 0 / 0.8rem 100% no-repeat scroll, linear-gradient(to left, var(--shade), transparent) 100% 0 / 0.8rem 100% no-repeat scroll, var(--panel); border: 1px solid var(--rule); border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.9rem; border-bottom: 1px solid var(--rule); }
tr:last-child td { border-bottom: 0; }
th { color: var(--muted); font-weight: 500; white-space: nowrap; }
.numbers td { white-space: nowrap; }
.numbers :is(td, th):not(:first-child) { text-align: right; }
.jobs td, .overlap td, .renames td { white-space: nowrap; }
:is(.overlap, .jobs) :is(td, th):nth-child(2), .overlap :is(td, th):first-child, .jobs :is(td, th):nth-child(3), .renames :is(td, th):nth-child(3) { text-align: right; }
.freshness td { white-space: nowrap; }
.freshness td:last-child { white-space: normal; min-width: 11rem; }
.unfinished td { white-space: nowrap; }
.unfinished td:last-child { color: var(--muted); }
.unfinished td:nth-child(3) { min-width: 9rem; max-width: 20rem; white-space: normal; overflow-wrap: anywhere; }
.handle, .muted { color: var(--muted); }
.handle, time { white-space: nowrap; }
a .handle { color: inherit; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: 0.75rem; }
.card { min-width: 0; background: var(--panel); border: 1px solid var(--rule); border-radius: 10px; padding: 0.8rem 0.9rem 0.6rem; }
.card p { font-size: 0.9rem; margin-bottom: 0.3rem; font-variant-numeric: tabular-nums; }
.card b { font-weight: 600; margin-right: 0.35rem; }
.plus { color: var(--followed); }
.minus { color: var(--departed); }
footer { margin-top: 2.5rem; padding-bottom: 3rem; }
footer h2 { border-top: 1px solid var(--rule); padding-top: 1.75rem; margin-bottom: 0.8rem; }
footer ul { padding-left: 1.1rem; display: grid; gap: 0.35rem; }
@media (min-width: 50rem) {
  .when { display: inline; padding-left: 0.5rem; }
  .desk { display: block; max-width: 56rem; }
  .phone { display: none; }
  .tiles { grid-template-columns: repeat(4, minmax(0, 1fr)); }
}
@media (min-width: 75rem) {
  .inside { grid-template-columns: 17.5rem minmax(0, 1fr); gap: 2.75rem; }
}
@media print {
  figure details, nav, .filter, .hint { display: none; }
  .scroll { overflow: visible; }
  section, .card, tr { break-inside: avoid; }
}
`;

/** The keys of the charts: each takes the colour that its bars have. */
function swatches(): string {
  const names =
    'followed reappeared departed gone complete checked open unaligned running stopped stalled partial unavailable over_budget planned spent';
  return names
    .split(' ')
    .map((name) => `i.${name} { background: var(--${name}); }`)
    .join('\n');
}
