import { writeFileSync } from 'node:fs';
import { lossText } from './agreement.ts';
import { lossesOf } from './data-loss.ts';
import { importCommands } from './imports.ts';
import { movedViews } from './moved-views.ts';
import { requireNullable } from './new-columns.ts';
import { variableIn } from './plan-json.ts';
import { isEmpty, type Plan } from './planning.ts';
import { requireSettings } from './settings.ts';
import { showPlan } from './terraform.ts';

/** Shows what a deploy would do, and what it would ask. Throws what it would throw. */
export function tellPlan({ file, json }: Plan): void {
  if (isEmpty({ file, json })) {
    console.log('Nothing would change: the project is as this checkout says.');
    return;
  }
  showPlan(file);
  const losses = lossesOf(json);
  if (losses.length > 0) console.log(`\n${lossText(losses)}`);
  for (const { view } of movedViews(json))
    console.log(`\nThe view ${view} would get another place in the state, and neither be deleted nor made.`);
  requireSettings(json);
  requireNullable(json);
  console.log('\nNothing was changed: this was a plan only.');
}

/** Writes the commands that take into the state what the plan would make and what is there already. */
export function writeImports({ json }: Plan, file: string): void {
  const place = { project: variableIn(json, 'project_id'), region: variableIn(json, 'region') };
  const commands = importCommands(json, place);
  writeFileSync(file, commands.map((command) => `${command}\n`).join(''));
  console.log(
    `${file} has a command for each of the ${commands.length} things that would be made and may be there already: read it, then "sh ${file}". Nothing was changed.`,
  );
}
