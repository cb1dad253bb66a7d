import { Failure } from '../cli/terminal/errors.ts';
import { type Diagnostic, errorsIn, firstParagraph, wordsOf } from './diagnostics.ts';
import { importCommand } from './imports.ts';
import { changesOf, type PlanJson, variableIn } from './plan-json.ts';

const AGAIN = 'and run this again: it goes on where it stopped';

/** A failure that is known by what Google or Terraform says, and the sentence that says what to do. */
interface Known {
  says: RegExp;
  todo: (found: RegExpExecArray, diagnostic: Diagnostic, plan: PlanJson | undefined) => string;
}

const KNOWN: Known[] = [
  { says: /^Value for undeclared variable .*named "([^"]+)" .*in file "([^"]+)"/, todo: undeclared },
  {
    says: /^No value for required variable .*variable "([^"]+)" is not set/,
    todo: ([, name]) => `The variable ${name} is not set: say it in infra/terraform/terraform.tfvars.`,
  },
  {
    says: /^Invalid value for (?:input )?variable/,
    todo: (_found, diagnostic) => `${placeOf(diagnostic)}${firstParagraph(diagnostic)}`,
  },
  {
    says: /^Resource (?:post|pre)condition failed/,
    todo: (_found, diagnostic) => firstParagraph(diagnostic),
  },
  { says: /already ?exists|already own/i, todo: thereAlready },
  {
    says: /^Error acquiring the state lock.*?ID: +(\S+).*?Who: +(\S+)/,
    todo: ([, id, who]) =>
      `${who} is deploying, or was cut off while doing so: wait until that has ended; where nobody is, "terraform -chdir=infra/terraform force-unlock ${id}" takes the lock away.`,
  },
  {
    says: /^Backend (?:initialization required|configuration changed)|migrate-state/,
    todo: () =>
      'Where the state is kept has changed (backend.tf): "terraform -chdir=infra/terraform init -migrate-state" moves it there; then run this again.',
  },
  {
    says: /lock file|does not match any of the checksums/,
    todo: () =>
      'The providers are not those of .terraform.lock.hcl, or it does not know this platform: infra/terraform/README.md ("Versions") has the command that adds it.',
  },
  {
    says: /requires a quota project/,
    todo: (_found, _diagnostic, plan) =>
      `Google does not know which project your requests count for: "gcloud auth application-default set-quota-project ${(plan && variableIn(plan, 'project_id')) || 'PROJECT'}", ${AGAIN}.`,
  },
  {
    says: /could not find default credentials|default credentials|invalid_grant|reauth/i,
    todo: () => `Nobody is logged in: "gcloud auth application-default login", ${AGAIN}.`,
  },
  {
    says: /billing/i,
    todo: () => `The project has no billing: link an account (infra/terraform/README.md, step 1), ${AGAIN}.`,
  },
  {
    says: /SERVICE_DISABLED|has not been used in project|it is disabled/,
    todo: () => `An API was only just enabled, and Google takes a few minutes to notice: wait, ${AGAIN}.`,
  },
  {
    says: /Error 403|PERMISSION_DENIED|permission .*denied/i,
    todo: (_found, { address }) =>
      `You lack a right in the project${address ? `, for ${address}` : ''}: infra/terraform/README.md (step 1) lists the roles; in a new project rights take some minutes. Then run this again: it goes on where it stopped.`,
  },
];

/**
 * In a new project rights that were just granted do not work everywhere yet. What fails so is tried once more.
 * https://cloud.google.com/iam/docs/access-change-propagation
 */
const ON_THE_WAY =
  /missing permission on the build service account|Permission denied on secret|service account .* does not exist|SERVICE_DISABLED|has not been used in project/i;

/** Whether all that failed may well work a minute later. */
export function isOnTheWay(diagnostics: Diagnostic[]): boolean {
  const errors = errorsIn(diagnostics);
  return errors.length > 0 && errors.every((error) => ON_THE_WAY.test(wordsOf(error)));
}

/** What Terraform said, in its words, and after it what to do: a sentence per kind of failure. */
export function failureOf(diagnostics: Diagnostic[], plan?: PlanJson): Failure {
  const errors = errorsIn(diagnostics);
  if (errors.length === 0) return new Failure('Terraform failed, and did not say in JSON why; see above.');
  const sentences = new Set(errors.map((error) => sentenceOf(error, plan)));
  // Known ones are told in a sentence; of others nothing is left out.
  return new Failure([...sentences].join('\n'));
}

function sentenceOf(diagnostic: Diagnostic, plan: PlanJson | undefined): string {
  const words = wordsOf(diagnostic);
  for (const { says, todo } of KNOWN) {
    const found = says.exec(words);
    if (found) return todo(found, diagnostic, plan);
  }
  const { address } = diagnostic;
  return address
    ? `Terraform: ${words} (${address}) What was done stays done; run this again when that is put right.`
    : `${placeOf(diagnostic)}${words}`;
}

/** A name that Terraform knows nothing of is a warning to it. To us it is a mistake: whoever wrote it meant something. */
export function requireKnownNames(diagnostics: Diagnostic[]): void {
  const unknown = diagnostics.filter(({ summary }) => /^Values? for undeclared variable/.test(summary));
  if (unknown.length > 0) throw new Failure(unknown.map((each) => sentenceOf(each, undefined)).join('\n'));
}

function undeclared([, name, file]: RegExpExecArray): string {
  return `infra/terraform/${file} sets ${name}, which is no variable: terraform.tfvars.example names those that there are.`;
}

const placeOf = ({ range }: Diagnostic): string =>
  range ? `infra/terraform/${range.filename}, line ${range.start.line}: ` : '';

function thereAlready(_found: RegExpExecArray, diagnostic: Diagnostic, plan?: PlanJson): string {
  const { address = 'What Terraform wants to make' } = diagnostic;
  const change = plan && changesOf(plan).find((each) => each.address === address);
  const place = plan && { project: variableIn(plan, 'project_id'), region: variableIn(plan, 'region') };
  const command = change && place && importCommand(change, place);
  const how = command ? `"${command}"` : 'as infra/terraform/README.md says ("A lost state")';
  return `${address} is there already, and Terraform does not know of it: take it in, ${how}, ${AGAIN}.`;
}
