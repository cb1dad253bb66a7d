import { SETTINGS } from '../../shared/config.ts';

const BEGIN = '<!-- settings: made from shared/config.ts by "npm run readme" -->';
const END = '<!-- /settings -->';

/** The settings as a Markdown table. */
export function settingsTable(): string {
  const rows = Object.entries(SETTINGS).map(([name, { default: value, meaning }]) => {
    return `| \`${name}\` | ${value === '' ? '' : `\`${value}\``} | ${meaning} |`;
  });
  return ['| setting | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** A README with its table of settings as it must be; throws where the README has no place for it. */
export function withSettingsTable(readme: string): string {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md lacks the lines ${BEGIN} and ${END}`);
  return `${readme.slice(0, from + BEGIN.length)}\n\n${settingsTable()}\n\n${readme.slice(to)}`;
}
