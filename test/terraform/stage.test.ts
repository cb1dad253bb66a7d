import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../infra/bundle/build.ts';
import { writePackages } from '../../infra/bundle/packages.ts';
import { stage } from '../../infra/bundle/stage.ts';

const FRAMEWORK = '@google-cloud/functions-framework';
const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

describe('what leaves this machine for Google Cloud', () => {
  let folder = '';
  let files: string[] = [];
  const json = (name: string) => JSON.parse(read(folder, name));
  const modules = () => files.filter((name) => name.endsWith('.mjs'));
  beforeAll(async () => {
    folder = join(mkdtempSync(join(tmpdir(), 'dodo-stage-')), 'staged');
    const staged = await stage(folder);
    files = staged.files;
    console.log(`staged: ${files.length} files, ${(staged.bytes / 1e6).toFixed(1)} MB`);
  });
  afterAll(() => rmSync(join(folder, '..'), { recursive: true }));

  test('is the bundle and its list of packages: no source, no test, nothing local, no document, no secret', () => {
    const others = files.filter((file) => !/^dist\/[\w-]+\.mjs(\.LEGAL\.txt)?$/.test(file));
    expect(others.sort()).toEqual(['package-lock.json', 'package.json']);
    expect(files).toContain(json('package.json').main);
  });

  test('installs what the bundle does not hold, which is the framework, and runs no script', () => {
    const { dependencies } = JSON.parse(read(ROOT, 'package.json'));
    const { dependencies: needed, ...lean } = json('package.json');
    expect(needed).toEqual({ [FRAMEWORK]: dependencies[FRAMEWORK] });
    expect(Object.keys(lean)).not.toEqual(expect.arrayContaining(['scripts']));
    expect(Object.keys(lean)).not.toEqual(expect.arrayContaining(['devDependencies']));
  });

  test('locks the versions that this checkout runs with, and no other package', () => {
    const { '': root, ...locked } = json('package-lock.json').packages;
    const { packages: here } = JSON.parse(read(ROOT, 'package-lock.json'));
    expect(root.dependencies).toEqual(json('package.json').dependencies);
    expect(Object.keys(locked)).toContain(`node_modules/${FRAMEWORK}`);
    for (const [path, { version, integrity, dev }] of Object.entries<Record<string, unknown>>(locked)) {
      expect({ version, integrity }, path).toEqual({
        version: here[path]?.version,
        integrity: here[path]?.integrity,
      });
      expect(dev, path).toBeUndefined();
    }
    for (const inBundle of ['@google-cloud/pubsub', '@google-cloud/bigquery', 'twitter-api-v2', 'typescript'])
      expect(Object.keys(locked)).not.toContain(`node_modules/${inBundle}`);
  });

  test('is refused where the bundle leaves a package outside that would not be installed', async () => {
    await expect(writePackages(folder, ['left-outside'], 'x')).rejects.toThrow(/no dependency left-outside/);
  });

  test('holds nothing of the local stack, no text of a schema, and no class of a message of Google’s', () => {
    expect(modules().length).toBeGreaterThan(5);
    for (const file of modules())
      expect(read(folder, file), file).not.toMatch(
        /duckdb|node:sqlite|_sim\/|case makes no difference|_google_cloud_pubsub(_api)?_protos/,
      );
  });
});

test('gcloud uploads nothing from the root of the repository', () => {
  const patterns = read(ROOT, '.gcloudignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(patterns).toEqual(['/*']);
});
