import { describe, expect, test } from 'vitest';
import { tableFiles, viewFiles } from '../../infra/bigquery/files.ts';
import { codeIn, hcl, local, root, viewsModule } from './support/configuration.ts';
import { evaluate, hasTerraform, whyNoTerraform } from './support/terraform.ts';

const TABLES = tableFiles();
const VIEWS = viewFiles();

describe('tables', () => {
  const [table] = root.resource.google_bigquery_table?.tables ?? [];

  test('every file of infra/bigquery/tables is made a table, and nothing else is', () => {
    expect(local('tables')).toContain(`fileset("${hcl('path.module')}/../bigquery/tables", "*.json")`);
    expect(table.for_each).toBe(hcl('local.tables'));
    expect(Object.keys(root.resource.google_bigquery_table ?? {})).toEqual(['tables']);
  });

  test('every table and view that the code names is there', () => {
    const code = codeIn('functions', 'shared');
    const named = [
      /(?:FROM|INTO) \$\{dataset\}\.(\w+)/g,
      /append(?:Reduced)?\(\s*context,\s*'(\w+)'/g,
    ].flatMap((naming) => [...code.matchAll(naming)].map(([, name]) => name));
    expect(new Set(named).size).toBeGreaterThanOrEqual(4);
    expect([...TABLES, ...VIEWS].map(({ name }) => name)).toEqual(
      expect.arrayContaining([...new Set(named)]),
    );
  });

  test.each(TABLES)('$name has no field that Terraform leaves out', (file) => {
    const { name, description, schema, timePartitioning, clustering = [], ...rest } = file;
    expect(rest).toEqual({});
    expect(description).toMatch(/\.$/);
    expect(schema.length).toBeGreaterThan(0);
    if (timePartitioning) expect(Object.keys(timePartitioning).sort()).toEqual(['field', 'type']);
    // https://cloud.google.com/bigquery/docs/clustered-tables#limitations
    expect(clustering.length).toBeLessThanOrEqual(4);
  });

  test('tables are protected, and history is kept, unless the operator says otherwise', () => {
    expect(table.deletion_protection).toBe(hcl('var.deletion_protection'));
    expect(root.variable.deletion_protection?.[0].default).toBe(true);
    expect(root.variable.partition_expiration_days?.[0].default).toBeNull();
  });
});

describe('views', () => {
  test('every file of infra/bigquery/views is made a view, with the dataset as its only parameter', () => {
    expect(local('view_sql')).toContain(`fileset("${hcl('path.module')}/../bigquery/views", "*.sql")`);
    for (const { name, sql } of VIEWS) {
      const parameters = [...sql.matchAll(/[$%]\{[^}]*\}/g)].map(([parameter]) => parameter);
      expect([name, [...new Set(parameters)]]).toEqual([name, [hcl('dataset')]]);
    }
    const [view] = viewsModule.resource.google_bigquery_table?.views ?? [];
    expect(view.view[0].use_legacy_sql).toBe(false);
    expect(view.view[0].query).toContain('templatefile(');
  });

  test('BigQuery takes what their files say of them and of each column', () => {
    // https://cloud.google.com/bigquery/quotas#standard_tables
    for (const { description, columns } of VIEWS) {
      expect(description.length).toBeLessThan(16_384);
      for (const text of columns.values()) expect(text.length).toBeLessThanOrEqual(1024);
    }
  });

  test(
    hasTerraform ? 'a view is made after the views that it reads' : 'no terraform in PATH to sort the views',
    () => {
      if (!hasTerraform) return expect(whyNoTerraform).toBe('ENOENT');
      const names = ['first', 'second', 'third', 'fourth'].map((layer) => `local.${layer}_views`);
      const layers = evaluate(`[${names}]`, {}) as string[][];
      expect(layers.flat().sort()).toEqual(VIEWS.map(({ name }) => name).sort());
      const made = new Set(TABLES.map(({ name }) => name));
      for (const layer of layers) {
        for (const { sql } of VIEWS.filter(({ name }) => layer.includes(name)))
          for (const [, read = ''] of sql.matchAll(/\$\{dataset\}\.(\w+)/g)) expect(made).toContain(read);
        for (const view of layer) made.add(view);
      }
    },
  );
});
