import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { TERRAFORM } from './support/configuration.ts';
import { hasTerraform, terraformCopy, whyNoTerraform } from './support/terraform.ts';

const run = (folder: string, ...args: string[]) =>
  spawnSync('terraform', [...args, '-no-color'], { cwd: folder, encoding: 'utf8', timeout: 240_000 });

test(
  hasTerraform
    ? 'terraform fmt would change nothing'
    : 'no terraform in PATH to check the format: files have no tabs and no blanks at the end of a line',
  () => {
    if (hasTerraform) {
      const { stdout, status } = run(TERRAFORM, 'fmt', '-check', '-diff', '-recursive');
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

/** What `terraform init` says where no registry can be reached, as on a machine without a network. */
const NO_PROVIDER = /Failed to query available provider packages/;

const copy = hasTerraform ? terraformCopy() : undefined;
const init = copy && run(copy.folder, 'init', '-backend=false', '-input=false');
// Anything else, a mistake in a file say, is a failure of the tests below.
const missing = !init
  ? 'no terraform in PATH'
  : NO_PROVIDER.test(init.stderr)
    ? "no registry with Google's provider"
    : '';
afterAll(() => copy?.remove());

test.skipIf(missing)(
  `terraform init, validate and test pass${missing && ` (${missing})`}`,
  { timeout: 600_000 },
  () => {
    const { folder } = copy as { folder: string };
    expect(init?.stderr).toBe('');
    expect(run(folder, 'validate').stdout).toContain('The configuration is valid.');
    const tested = run(folder, 'test');
    expect(tested.stdout + tested.stderr).toMatch(/Success! [1-9]\d* passed, 0 failed\./);
  },
);
