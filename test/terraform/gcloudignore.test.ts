import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './support/configuration.ts';

/**
 * What gcloud would upload from the repository's root. Its ignore files are those of git
 * (https://cloud.google.com/sdk/gcloud/reference/topic/gcloudignore), so git is asked, with an index of its own.
 */
function uploaded(): string[] {
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

/** Runs the script that Cloud Build runs, in a folder of its own with these paths; returns what it has built. */
function builtFrom(paths: string[], folder: string): Record<string, string> {
  mkdirSync(folder);
  for (const path of paths) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  execFileSync('npm', ['run', '--silent', 'gcp-build'], { cwd: folder });
  const dist = join(folder, 'dist');
  const files = readdirSync(dist, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ name }) => [`dist/${name}`, readFileSync(join(dist, name), 'utf8')]),
  );
}

describe('what a plain gcloud functions deploy uploads', () => {
  const files = uploaded();
  let workshop = '';

  beforeAll(() => {
    workshop = mkdtempSync(join(tmpdir(), 'dodo-upload-'));
  });
  afterAll(() => rmSync(workshop, { recursive: true }));

  test('is the product, the lock file and the build: no test, nothing local, no document, no secret', () => {
    expect(files).toEqual(
      expect.arrayContaining(['package.json', 'package-lock.json', 'functions/index.ts']),
    );
    const others = files.filter((file) => !/^(functions|shared|infra\/bundle)\/[\w/-]+\.ts$/.test(file));
    expect(others.sort()).toEqual(['package-lock.json', 'package.json', 'tsconfig.json']);
  });

  test('is enough for Cloud Build, and yields the same bundle as the whole repository', {
    timeout: 120_000,
  }, () => {
    const everything = ['package.json', 'package-lock.json', 'tsconfig.json', 'functions', 'shared', 'infra'];
    const built = builtFrom(files, join(workshop, 'uploaded'));
    const { main } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(Object.keys(built)).toContain(main);
    expect(built).toEqual(builtFrom(everything, join(workshop, 'complete')));
  });
});
