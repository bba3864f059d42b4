import { FormatError } from '../bytes/errors.ts';
import { PathError } from '../pki/path-error.ts';
import { SignatureError } from '../pki/pki-error.ts';
import { CollateralError } from './errors.ts';
import { type CollateralKey, keyText } from './port.ts';

export function malformed(
  key: CollateralKey,
  message: string,
  expected?: string,
  actual?: string,
): CollateralError {
  return new CollateralError('collateral_malformed', `${keyText(key)}: ${message}`, {
    path: keyText(key),
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual: actual.slice(0, 200) }),
  });
}

export function unverified(key: CollateralKey, message: string, cause?: unknown): CollateralError {
  return new CollateralError('collateral_unverified', `${keyText(key)}: ${message}`, {
    path: keyText(key),
    cause,
  });
}

/** Runs a reading and a verification of what came from outside: what it breaks on is the document's fault, with its code. */
export function judging<T>(key: CollateralKey, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FormatError) {
      throw new CollateralError('collateral_malformed', `${keyText(key)}: ${error.message}`, {
        path: keyText(key),
        cause: error,
      });
    }
    if (error instanceof PathError || error instanceof SignatureError) {
      throw unverified(key, error.message, error);
    }
    throw error;
  }
}
