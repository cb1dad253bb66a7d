import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TERRAFORM } from './support/configuration.ts';
import { hasTerraform, terraformCopy, whyNoTerraform } from './support/terraform.ts';

/** What `terraform init` says where no registry can be reached, as on a machine without a network. */
const NO_PROVIDER = /Failed to query available provider packages/;

const run = (folder: string, ...args: string[]) =>
  spawnSync('terraform', [...args], { cwd: folder, encoding: 'utf8', timeout: 240_000 });

test(
  hasTerraform
    ? 'terraform fmt would change nothing'
    : 'no terraform in PATH to check the format: files have no tabs and no blanks at the end of a line',
  () => {
    if (hasTerraform) {
      const { stdout, status } = run(TERRAFORM, 'fmt', '-check', '-diff', '-recursive', '-no-color');
      expect(stdout).toBe('');
      expect(status).toBe(0);
      return;
    }
    expect(whyNoTerraform).toBe('ENOENT');
    const files = readdirSync(TERRAFORM, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.(tf|hcl)$/.test(file),
    );
    for (const file of files) expect(readFileSync(join(TERRAFORM, file), 'utf8')).not.toMatch(/\t|[ ]$/m);
  },
);

test('terraform validate and terraform test pass where the provider can be had', { timeout: 300_000 }, () => {
  if (!hasTerraform) {
    console.warn('Not validated against the provider: there is no terraform in PATH.');
    return expect(whyNoTerraform).toBe('ENOENT');
  }
  const { folder, remove } = terraformCopy();
  try {
    const init = run(folder, 'init', '-backend=false', '-input=false', '-no-color');
    if (init.status !== 0) {
      console.warn('Not validated against the provider: terraform init cannot download it here.');
      // Anything else, a syntax error say, is a failure.
      return expect(init.stderr).toMatch(NO_PROVIDER);
    }
    expect(run(folder, 'validate', '-no-color').stdout).toContain('The configuration is valid.');
    const tested = run(folder, 'test', '-no-color');
    expect(tested.stdout + tested.stderr).toMatch(/Success! [1-9]\d* passed, 0 failed\./);
  } finally {
    remove();
  }
});
