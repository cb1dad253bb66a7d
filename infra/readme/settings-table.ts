import { join } from 'node:path';
import { SETTINGS } from '../../shared/config.ts';
import { ROOT } from '../local/process.ts';
import { withMarked } from './marked.ts';

export const SETTINGS_FILE = join(ROOT, 'infra', 'terraform', 'SETTINGS.md');

const BEGIN = '<!-- settings: made from shared/config.ts by "npm run readme" -->';
const END = '<!-- /settings -->';

/** The settings as a Markdown table. */
function settingsTable(): string {
  const rows = Object.entries(SETTINGS).map(([name, { default: value, meaning }]) => {
    return `| \`${name}\` | ${value === '' ? '' : `\`${value}\``} | ${meaning} |`;
  });
  return ['| setting | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The document with its table of settings as it must be; throws where it has no place for it. */
export const withSettingsTable = (document: string): string =>
  withMarked(document, [BEGIN, END], settingsTable());
