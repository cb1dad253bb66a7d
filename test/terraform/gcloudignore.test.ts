import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stage } from '../../infra/bundle/stage.ts';
import { ROOT, uploadedFiles } from '../../infra/bundle/uploaded.ts';

describe('what leaves this machine for Google Cloud', () => {
  let staged = '';
  beforeAll(async () => {
    staged = join(mkdtempSync(join(tmpdir(), 'dodo-stage-')), 'bundle');
    const { files, bytes } = await stage(staged);
    console.log(`the bundle: ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB`);
  });
  afterAll(() => rmSync(join(staged, '..'), { recursive: true }));

  test('is the bundle and its list of packages: no source, no test, nothing local, no document, no secret', () => {
    const others = uploadedFiles().filter((file) => !/^dist\/[\w-]+\.mjs(\.LEGAL\.txt)?$/.test(file));
    expect(others.sort()).toEqual(['package-lock.json', 'package.json']);
    const { main } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(uploadedFiles()).toContain(main);
  });

  test('is the same whether gcloud uploads it or Terraform zips it', () => {
    const zipped = readdirSync(staged, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(staged.length + 1));
    expect(zipped.sort()).toEqual(uploadedFiles().sort());
    for (const file of zipped)
      expect(readFileSync(join(staged, file))).toEqual(readFileSync(join(ROOT, file)));
  });

  test('holds nothing of the local stack', () => {
    for (const file of uploadedFiles().filter((name) => name.endsWith('.mjs')))
      expect(readFileSync(join(ROOT, file), 'utf8'), file).not.toMatch(/duckdb|node:sqlite|_sim\//);
  });
});
