import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

/**
 * What gcloud uploads from the repository's root, as paths relative to it. Its ignore files are those of git
 * (https://cloud.google.com/sdk/gcloud/reference/topic/gcloudignore), so git is asked, with an index of its own.
 */
export function uploadedFiles(): string[] {
  const empty = mkdtempSync(join(tmpdir(), 'dodo-index-'));
  try {
    execFileSync('git', ['init', '--quiet', empty]);
    const ask = ['ls-files', '--others', `--exclude-from=${join(ROOT, '.gcloudignore')}`];
    const git = [`--git-dir=${join(empty, '.git')}`, `--work-tree=${ROOT}`, ...ask];
    return execFileSync('git', git, { cwd: ROOT, encoding: 'utf8' }).split('\n').filter(Boolean);
  } finally {
    rmSync(empty, { recursive: true });
  }
}
