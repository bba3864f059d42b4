import { type TrustedProxies, trustedProxies } from '../../http/middleware/peer.ts';
import { REQUEST_RATES, type RequestRates } from '../../http/middleware/request-rates.ts';
import { UsageError } from '../failure.ts';

/** As given on the command line: requests a second, 0 for no limit. */
export type RateOptions = {
  readonly limitAddress?: number;
  readonly limitPrincipal?: number;
  readonly limitHost?: number;
};

/** What is saved up grows with the rate, in the defaults' proportion. */
export function ratesOf({ limitAddress, limitPrincipal, limitHost }: RateOptions): RequestRates {
  return {
    address: rateOf('address', limitAddress),
    principal: rateOf('principal', limitPrincipal),
    host: rateOf('host', limitHost),
  };
}

function rateOf(kind: keyof RequestRates, perSecond: number | undefined): RequestRates[keyof RequestRates] {
  const usual = REQUEST_RATES[kind];
  if (perSecond === undefined || usual === null) return usual;
  if (perSecond === 0) return null;
  return { perSecond, burst: (perSecond * usual.burst) / usual.perSecond };
}

/** @throws UsageError `usage` */
export function proxiesOf(values: readonly string[]): TrustedProxies {
  const proxies = trustedProxies(values);
  if (proxies !== null) return proxies;
  throw new UsageError(
    'usage',
    `--trusted-proxy ${values.join(' ').slice(0, 200)}: not addresses or networks`,
    'Give the address of each proxy before the verifier, or its network: 127.0.0.1, 10.20.0.0/16, fd00::/8.',
  );
}
