import { FormatError } from '../../bytes/errors.ts';
import { parseJson } from '../../bytes/json.ts';
import { type IssuerSettings, issuerSettings } from '../../service/sign-in/issuer-settings.ts';
import { UsageError } from '../failure.ts';
import { readInput } from '../read-input.ts';

const LIMITS = { maxBytes: 1 << 20, maxDepth: 8, maxNodes: 20_000 };
const MEND = 'See docs/page.md for how people sign in at an issuer.';

/** `--issuer`: where people sign in, and who of them may do what. @throws UsageError `unreadable`, `usage` */
export function readIssuer(path: string): IssuerSettings {
  const result = issuerSettings.safeParse(read(path));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` ${issue.path.join('.')}:`;
  throw new UsageError('usage', `${path}:${where} ${issue?.message ?? 'not an issuer'}`, MEND);
}

function read(path: string): unknown {
  try {
    return parseJson(readInput(path, MEND), LIMITS);
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new UsageError('usage', `${path} is no JSON: ${cause.message}`, MEND, cause);
  }
}
