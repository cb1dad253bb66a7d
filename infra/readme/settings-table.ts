import { SETTINGS } from '../../shared/config.ts';
import { withMarked } from './marked.ts';

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
export const withSettingsTable = (readme: string): string =>
  withMarked(readme, [BEGIN, END], settingsTable());
