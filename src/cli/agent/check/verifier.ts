import type { HostRecord } from '../../../agent/records.ts';
import { verifierAddress } from '../../../agent/verifier/address.ts';
import { SextantError } from '../../../bytes/errors.ts';
import { type Finding, ok, problem, skipped, warning, wordsOf } from '../../doctor/finding.ts';
import type { AgentSettings } from '../settings.ts';
import { failed } from './folder.ts';

const TIMEOUT_MS = 10_000;
/** A proof of the host's key counts a minute off at most: half of it is close enough to say so. */
const REFUSED_MS = 60_000;
const DOUBTFUL_MS = 30_000;

/** Whether the verifier answers from here, through the proxy where one is named, and whether the clocks agree. */
export async function checkVerifier(
  { verifier, dangerouslyPlaintext }: Pick<AgentSettings, 'verifier' | 'dangerouslyPlaintext'>,
  host: HostRecord | null,
): Promise<Finding[]> {
  const id = 'verifier';
  const named = verifier ?? host?.verifier;
  if (named === undefined) {
    return [
      problem(id, 'none is named', 'Name it with --verifier https://host[:port].'),
      skipped('clock', 'no verifier is asked'),
    ];
  }
  try {
    const address = verifierAddress(named, dangerouslyPlaintext);
    const url = new URL(`${address.pathname.replace(/\/$/, '')}/readyz`, address);
    const asked = Date.now();
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const isVerifier = (await response.text()).includes('"checks"');
    // In the middle of the way there and back.
    const now = (asked + Date.now()) / 2;
    return [
      answers(address, response.status, isVerifier),
      clock(now - Date.parse(response.headers.get('date') ?? '')),
    ];
  } catch (error) {
    const unasked = skipped('clock', 'the verifier did not answer');
    if (error instanceof SextantError) return [failed(id, error), unasked];
    return [problem(id, `${named} is not reached: ${wordsOf(error)}`, mendOf(wordsOf(error))), unasked];
  }
}

function answers({ href }: URL, status: number, isVerifier: boolean): Finding {
  const id = 'verifier';
  if (!isVerifier)
    return problem(
      id,
      `what answers at ${href} (${status}) is no verifier`,
      'Compare --verifier with its --public-url.',
    );
  if (status === 200) return ok(id, `${href} answers and is ready`);
  return warning(
    id,
    `${href} answers ${status}: it is not ready`,
    'Its operator’s log says why; agents try again by themselves.',
  );
}

function mendOf(words: string): string {
  if (/certificate|self.signed|unable to verify/i.test(words))
    return 'Have its certificate issued by a CA that this host knows, or name that CA’s file in NODE_EXTRA_CA_CERTS.';
  if (/ENOTFOUND|EAI_AGAIN/.test(words))
    return 'Compare the name; where only a proxy leads out, set HTTPS_PROXY.';
  if (words.includes('ECONNREFUSED'))
    return 'Nobody listens there: compare the port, and see that the verifier has been started.';
  return 'Let this host out to it (TCP, the port in its address), or set HTTPS_PROXY.';
}

function clock(offMs: number): Finding {
  const id = 'clock';
  if (Number.isNaN(offMs)) return skipped(id, 'the verifier told no date');
  const says = `${(Math.abs(offMs) / 1000).toFixed(1)} s ${offMs < 0 ? 'behind' : 'ahead of'} the verifier’s`;
  const mend = 'Set the clock (chrony, systemd-timesyncd): proofs of this host count a minute off at most.';
  if (Math.abs(offMs) >= REFUSED_MS) return problem(id, says, mend);
  return Math.abs(offMs) >= DOUBTFUL_MS ? warning(id, says, mend) : ok(id, says);
}
