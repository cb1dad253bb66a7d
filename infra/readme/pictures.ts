import { join } from 'node:path';
import { ROOT } from '../local/process.ts';

/** README's pictures, which `npm run pictures` makes. */
export const REPORT_PICTURE = join(ROOT, 'infra', 'readme', 'report.png');
export const TERMINAL_PICTURE = join(ROOT, 'infra', 'readme', 'terminal.svg');
