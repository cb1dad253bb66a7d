import { readConfig } from '../../shared/config.ts';
import { changesOf, type PlanJson, type Values } from './plan-json.ts';

/**
 * A setting that a function refuses would stop it at its start, after it was deployed: so each function's settings are
 * read here as it will read them. Throws ConfigError: one sentence.
 */
export function requireSettings(plan: PlanJson): void {
  for (const { type, change } of changesOf(plan)) {
    if (type !== 'google_cloudfunctions2_function') continue;
    const [service] = (change.after?.service_config ?? []) as { environment_variables?: Values }[];
    if (service?.environment_variables) readConfig(service.environment_variables as Record<string, string>);
  }
}
