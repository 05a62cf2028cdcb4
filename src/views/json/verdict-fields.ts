// The fields of a verdict in JSON.

import { type Judgement, levelOf } from '../../inventory/verdicts/verdict.js';

/** No fields if nothing is known. */
export function verdictFields(judgement: Judgement | undefined): object {
  return judgement === undefined ? {} : { verdict: judgement.verdict, level: levelOf(judgement.verdict) };
}
