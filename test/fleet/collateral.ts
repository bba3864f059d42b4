import { join } from 'node:path';
import { openVendorCollateral } from '../../src/cli/serve/collateral.ts';
import { collateralSettings } from '../../src/collateral/settings.ts';
import type { CollateralAccess } from '../../src/service/collateral/access.ts';
import type { Context } from '../../src/service/context.ts';

/** NVIDIA's documents as `sextant serve` has them, asked for at `url` and kept in the data folder. */
export function collateralFrom(
  url: string,
  data: string,
  context: Pick<Context, 'clock' | 'log'>,
): Promise<CollateralAccess> {
  const settings = collateralSettings({ rimUrl: url, ocspUrl: url, nrasUrl: url });
  return openVendorCollateral(join(data, 'collateral'), settings, context);
}
