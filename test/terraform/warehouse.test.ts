import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hcl, local, ROOT, root, viewsModule } from './support/configuration.ts';
import { evaluate, hasTerraform, whyNoTerraform } from './support/terraform.ts';

const BIGQUERY = join(ROOT, 'infra', 'bigquery');
const namesIn = (folder: string, ending: string) =>
  readdirSync(join(BIGQUERY, folder)).map((file) => file.replace(new RegExp(`\\${ending}$`), ''));
const tables = namesIn('tables', '.json');
const views = namesIn('views', '.sql');
const sqlOf = (view: string) => readFileSync(join(BIGQUERY, 'views', `${view}.sql`), 'utf8');

describe('tables', () => {
  const [table] = root.resource.google_bigquery_table?.tables ?? [];

  test('every file of infra/bigquery/tables is made a table, and nothing else is', () => {
    expect(local('tables')).toContain(`fileset("${hcl('path.root')}/../bigquery/tables", "*.json")`);
    expect(readdirSync(join(BIGQUERY, 'tables')).every((file) => file.endsWith('.json'))).toBe(true);
    expect(table.for_each).toBe(hcl('local.tables'));
    expect(Object.keys(root.resource.google_bigquery_table ?? {})).toEqual(['tables']);
  });

  test('every table that the code names is there', () => {
    const code = ['functions', 'shared'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readFileSync(join(ROOT, folder, file), 'utf8')),
    );
    const named = code.flatMap((text) => [
      ...[...text.matchAll(/FROM \$\{dataset\}\.(\w+)/g)].map(([, name]) => name),
      ...[...text.matchAll(/append\(\s*context,\s*'(\w+)'/g)].map(([, name]) => name),
    ]);
    expect(new Set(named).size).toBeGreaterThanOrEqual(4);
    expect(tables).toEqual(expect.arrayContaining([...new Set(named)]));
  });

  test('the fields of the files are all that Terraform reads of them', () => {
    for (const name of tables) {
      const file = JSON.parse(readFileSync(join(BIGQUERY, 'tables', `${name}.json`), 'utf8'));
      const { description, schema, timePartitioning, clustering, ...rest } = file;
      expect([name, rest]).toEqual([name, {}]);
      expect(description).toMatch(/\.$/);
      expect(schema.length).toBeGreaterThan(0);
      if (timePartitioning) expect(Object.keys(timePartitioning).sort()).toEqual(['field', 'type']);
      // https://cloud.google.com/bigquery/docs/clustered-tables#limitations
      if (clustering) expect(clustering.length).toBeLessThanOrEqual(4);
    }
  });

  test('tables are protected, and history is kept, unless the operator says otherwise', () => {
    expect(table.deletion_protection).toBe(hcl('var.deletion_protection'));
    expect(root.variable.deletion_protection?.[0].default).toBe(true);
    expect(root.variable.partition_expiration_days?.[0].default).toBeNull();
  });
});

describe('views', () => {
  test('every file of infra/bigquery/views is made a view, with the dataset as its only parameter', () => {
    expect(local('view_sql')).toContain(`fileset("${hcl('path.root')}/../bigquery/views", "*.sql")`);
    for (const view of views) {
      const parameters = [...sqlOf(view).matchAll(/[$%]\{[^}]*\}/g)].map(([parameter]) => parameter);
      expect([view, [...new Set(parameters)]]).toEqual([view, [hcl('dataset')]]);
    }
    const [view] = viewsModule.resource.google_bigquery_table?.views ?? [];
    expect(view.view[0].use_legacy_sql).toBe(false);
    expect(view.view[0].query).toContain('templatefile(');
  });

  test(
    hasTerraform ? 'a view is made after the views that it reads' : 'no terraform in PATH to sort the views',
    () => {
      if (!hasTerraform) return expect(whyNoTerraform).toBe('ENOENT');
      const variables = { project_id: 'p', region: 'r', daily_budget_usd: 1, alert_emails: [] };
      const files = ['variables.tf', 'environment.tf', 'view-layers.tf'];
      const expression = '[local.first_views, local.second_views, local.third_views]';
      const layers = evaluate(expression, files, variables) as string[][];
      expect(layers.flat().sort()).toEqual([...views].sort());
      const made = new Set(tables);
      for (const layer of layers) {
        for (const view of layer)
          for (const [, read] of sqlOf(view).matchAll(/\$\{dataset\}\.(\w+)/g)) expect(made).toContain(read);
        for (const view of layer) made.add(view);
      }
    },
  );

  test(
    hasTerraform ? 'what a row is, and each column, reach BigQuery' : 'no terraform in PATH to read comments',
    () => {
      if (!hasTerraform) return expect(whyNoTerraform).toBe('ENOENT');
      const files = ['modules/views/descriptions.tf', 'modules/views/variables.tf'];
      const variables = { views, project_id: 'p', dataset: 'd' };
      const descriptions = evaluate('local.descriptions', files, variables) as Record<string, string>;
      for (const view of views) {
        const text = descriptions[view] ?? '';
        expect(text).toMatch(/^One row per /);
        expect(
          text
            .trimEnd()
            .split('\n')
            .map((line) => `-- ${line}`.trimEnd()),
        ).toEqual(sqlOf(view).split('\n').slice(0, text.trimEnd().split('\n').length));
        // https://cloud.google.com/bigquery/quotas#standard_tables
        expect(text.length).toBeLessThan(16_384);
      }
    },
  );
});
