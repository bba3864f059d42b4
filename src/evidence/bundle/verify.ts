import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/text.ts';
import type { Binding } from '../../protocol/session.ts';
import { CheckList, type Findings } from '../check.ts';
import { attestationKeyFromPublic } from '../tpm/attestation-key.ts';
import { provenFirmwareVersion } from '../tpm/firmware-version.ts';
import { type TpmQuote, verifyTpmQuote } from '../tpm/verify.ts';
import { sealVerified, type Verified } from '../verified.ts';
import { type BoundSession, parseBinding, verifyBinding } from './binding.ts';
import { type Collection, type Item, parseCollection } from './cmw.ts';
import { commitment, itemDigest } from './commitment.ts';
import { examineEventLog } from './event-log.ts';
import type { HostEvidence } from './host-evidence.ts';
import { type Jws, parseJws, verifyJws } from './jws.ts';
import { BINDING_LABEL, BINDING_MEDIA_TYPE, stageOf, TPM_QUOTE_MEDIA_TYPE } from './labels.ts';
import { parseTpmItem, type TpmItem } from './tpm-item.ts';

export type BundleInput = {
  /** The submission's body: a compact JWS. */
  readonly jws: string;
  /** What was promised when the nonce was issued, as the store kept it. */
  readonly session: BoundSession;
  readonly host: EnrolledHost;
  readonly at: Date;
};

/** The attestation key that this very host proved to hold when it enrolled. */
export type EnrolledHost = {
  /** TPM2B_PUBLIC. */
  readonly akPublic: Uint8Array;
  /** TPM2B_NAME without its size, as credential activation used it. */
  readonly akName: Uint8Array;
  /** Name of the endorsement key above it. Null: the TPM's firmware version may stay unproven. */
  readonly ekName: Uint8Array | null;
};

export type BundleResult = { readonly findings: Findings; readonly verified: Verified<HostEvidence> | null };

/**
 * Verifies one submission: is it, whole, what this host made for this session?
 *
 * Never throws for what the host sent: bytes that cannot be read are a failed check `bundle.well-formed`,
 * `tpm.item.well-formed` or `tpm.quote.well-formed`. `verified` is null unless every check passed. Unproven afterwards: that the EK behind the
 * enrolled key is still trusted, whether the measured state is a good one (appraisal), and where the host stands.
 */
export function verifyBundle({ jws, session, host, at }: BundleInput): BundleResult {
  const checks = new CheckList();
  const bundle = readBundle(jws, checks);
  if (bundle === null) return { findings: checks, verified: null };
  const { binding, items } = bundle;

  checks.expect('session.open', at < new Date(session.expiresAt), `before ${session.expiresAt}`, shown(at));
  verifyBinding(binding, session, checks);
  checkSignature(bundle, checks);
  const item = checkItems(items, checks);
  const tpm = item === null ? null : reading('tpm.item.well-formed', checks, () => parseTpmItem(item.value));
  const quote = tpm === null ? null : checkQuote(bundle, tpm, host, checks);

  if (tpm === null || quote === null || !checks.passed || checks.notPerformed.length > 0) {
    return { findings: checks, verified: null };
  }
  const eventLog = examineEventLog(tpm.eventLog, quote.pcrs);
  const firmwareVersion = provenFirmwareVersion(quote, host.ekName);
  const names = [...items.values()].map(({ label, mediaType, value }) => {
    return { label, mediaType, sha256: itemDigest(value) };
  });
  return {
    findings: checks,
    verified: sealVerified({
      binding,
      tpm: { quote, firmwareVersion, eventLog },
      tee: null,
      vtpm: null,
      items: names,
    }),
  };
}

/** A bundle taken apart, none of it verified. */
type Bundle = {
  readonly jws: Jws;
  readonly items: Collection;
  readonly bindingItem: Item;
  readonly binding: Binding;
};

/** `bundle.well-formed`: a JWS around a collection that holds a binding. */
function readBundle(text: string, checks: CheckList): Bundle | null {
  return reading('bundle.well-formed', checks, () => {
    const jws = parseJws(text);
    const items = parseCollection(jws.payload);
    const bindingItem = items.get(BINDING_LABEL);
    if (bindingItem?.mediaType !== BINDING_MEDIA_TYPE) {
      throw new FormatError('bad_value', 'the collection holds no binding', {
        path: `collection.${BINDING_LABEL}`,
        expected: BINDING_MEDIA_TYPE,
        actual: bindingItem?.mediaType ?? 'absent',
      });
    }
    return { jws, items, bindingItem, binding: parseBinding(bindingItem.value) };
  });
}

/** Runs a parser over what the host sent; what it throws becomes the failed check `id`. */
function reading<T>(id: string, checks: CheckList, read: () => T): T | null {
  try {
    const value = read();
    checks.expect(id, true, 'well formed', 'well formed');
    return value;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const found = error.actual === undefined ? '' : ` (${error.actual})`;
    checks.expect(id, false, error.expected ?? 'well formed', `${error.code}${found}`, error.path);
    return null;
  }
}

/** `bundle.signature`: the holder of the binding's key put these items together. */
function checkSignature({ jws, binding }: Bundle, checks: CheckList): void {
  const holds = verifyJws(jws, binding.signingKey.x);
  checks.expect(
    'bundle.signature',
    holds,
    "by the binding's key",
    holds ? "by the binding's key" : 'does not hold',
  );
}

/**
 * `bundle.items.known` and `bundle.items.tpm`. An item that nobody reads would be accepted unexamined; a second quote
 * would leave open which of the two was appraised.
 */
function checkItems(items: Collection, checks: CheckList): Item | null {
  const others = [...items.values()].filter(({ label }) => label !== BINDING_LABEL);
  const unknown = others.filter(({ mediaType }) => stageOf(mediaType) === undefined);
  checks.expect(
    'bundle.items.known',
    unknown.length === 0,
    'items of accepted media types',
    unknown.length === 0
      ? 'all known'
      : unknown.map(({ label, mediaType }) => `${label}: ${mediaType}`).join(', '),
  );
  const quotes = others.filter(({ mediaType }) => mediaType === TPM_QUOTE_MEDIA_TYPE);
  const [quote] = quotes;
  const single = quotes.length === 1 && quote !== undefined;
  checks.expect('bundle.items.tpm', single, 'exactly one TPM quote', `${quotes.length}`);
  return single ? quote : null;
}

/** The quote: by the key that this host enrolled, over the commitment to all that came before it. */
function checkQuote(bundle: Bundle, tpm: TpmItem, host: EnrolledHost, checks: CheckList): TpmQuote | null {
  checkEnrolled(tpm, host, checks);
  const extraData = commitment('tpm-extra-data', bundle.bindingItem.value, bundle.items.values());
  // Always the enrolled key, whatever key the item names: a slip above could then cost a reason, never a pass.
  const ak = attestationKeyFromPublic(host.akPublic);
  const result = reading('tpm.quote.well-formed', checks, () =>
    verifyTpmQuote(
      { quote: tpm.quote, signature: tpm.signature, pcrs: tpm.pcrs, ak },
      { policy: 'gate', extraData, akName: host.akName },
    ),
  );
  if (result === null) return null;
  checks.add(result.findings);
  return result.verified;
}

/** `tpm.ak.enrolled`: another machine's TPM may be genuine, and its quote too; it still is not this host's. */
function checkEnrolled({ akPublic }: TpmItem, host: EnrolledHost, checks: CheckList): void {
  const [expected, actual] = [toHex(host.akName), 'another key'];
  const same = equalBytes(akPublic, host.akPublic);
  checks.expect('tpm.ak.enrolled', same, expected, same ? expected : actual);
}

function shown(at: Date): string {
  return Number.isNaN(at.getTime()) ? 'no time' : at.toISOString();
}
