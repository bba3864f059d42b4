import { CollateralError } from './errors.ts';

/**
 * For documents that no host names: every platform of a maker needs the same CRL, under one path. Whoever says that there is none is not
 * the maker's service, or is not well; it is no answer about anybody's evidence, and is asked again like a service that is down.
 *
 * @throws CollateralError never `collateral_not_found`
 */
export async function alwaysThere<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (!(error instanceof CollateralError) || error.code !== 'collateral_not_found') throw error;
    const { path, status } = error;
    const details = {
      ...(path === undefined ? {} : { path }),
      ...(status === undefined ? {} : { status }),
      cause: error,
    };
    throw new CollateralError(
      'collateral_unavailable',
      `${error.message}, where a document of its maker always is`,
      details,
    );
  }
}
